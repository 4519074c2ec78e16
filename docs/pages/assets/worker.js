// On a disk a page may start no worker from a file. There the search's worker runs from a copy of its text, which
// docs/hooks/offline.py writes.
if (location.protocol === "file:") {
  const text = new URL("../search/worker.js", document.currentScript.src)
  document.write(`<script src="${text}"></script>`)
  const Started = window.Worker
  window.Worker = function Worker() {
    return new Started(URL.createObjectURL(new Blob([window.__worker], { type: "text/javascript" })))
  }
}
