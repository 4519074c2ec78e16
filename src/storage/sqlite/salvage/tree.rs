//! The b-trees of a database: which page belongs to which table, and which are free.

use std::collections::BTreeSet;

use super::page::number32;
use super::pages::Pages;

// Places in the file's header.
const PAGE_COUNT: usize = 28;
const FIRST_FREE: usize = 32;

/// The pages of one tree.
#[derive(Default)]
pub struct Tree {
    pub pages: Vec<u32>,
    /// Of them, those that are missing or are no pages of a tree.
    pub unreadable: usize,
}

/// Collects the pages below a root. A page belongs to the first tree that has it: `seen` are those of the others.
pub fn walk(pages: &Pages<'_>, root: u32, seen: &mut BTreeSet<u32>) -> Tree {
    let mut tree = Tree::default();
    let mut next = vec![root];
    while let Some(number) = next.pop() {
        if number == 0 || number > pages.count || !seen.insert(number) {
            continue;
        }
        tree.pages.push(number);
        match pages.current_page(number) {
            Some(page) => {
                next.extend(page.cells.iter().filter_map(|cell| cell.child).chain(page.right_child));
            }
            None => tree.unreadable += 1,
        }
    }
    tree
}

/// The pages on the list of free ones that no tree has. The list ends at the first page that cannot be one of it.
pub fn free_pages(pages: &Pages<'_>, first: u32, in_trees: &BTreeSet<u32>) -> BTreeSet<u32> {
    let mut free = BTreeSet::new();
    let Some(header) = pages.current(first) else { return free };
    // A file that was cut off had more pages.
    let promised = number32(header, PAGE_COUNT).unwrap_or(0).max(pages.count);
    let is_free = |number: &u32| (1..=promised).contains(number) && !in_trees.contains(number);
    let mut next = number32(header, FIRST_FREE);
    while let Some(trunk) = next.filter(is_free) {
        let Some(bytes) = pages.current(trunk) else { break };
        let leaves = leaves(bytes).filter(|leaves| leaves.iter().all(is_free));
        let Some(leaves) = leaves.filter(|_| free.insert(trunk)) else { break };
        free.extend(leaves);
        next = number32(bytes, 0);
    }
    free
}

fn leaves(trunk: &[u8]) -> Option<Vec<u32>> {
    let count = usize::try_from(number32(trunk, 4)?).ok()?.checked_mul(4)?;
    let numbers = trunk.get(8..count.checked_add(8)?)?;
    Some(numbers.chunks_exact(4).filter_map(|number| number32(number, 0)).collect())
}
