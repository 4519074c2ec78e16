# Print an optspec for argparse to handle cmd's options that are independent of any subcommand.
function __fish_tgsession_global_optspecs
    string join \n h/help V/version
end

function __fish_tgsession_needs_command
    # Figure out if the current invocation already has a command.
    set -l cmd (commandline -opc)
    set -e cmd[1]
    argparse -s (__fish_tgsession_global_optspecs) -- $cmd 2>/dev/null
    or return
    if set -q argv[1]
        # Also print the command, so this can be used to figure out what it is.
        echo $argv[1]
        return 1
    end
    return 0
end

function __fish_tgsession_using_subcommand
    set -l cmd (__fish_tgsession_needs_command)
    test -z "$cmd"
    and return 1
    contains -- $cmd[1] $argv
end

complete -c tgsession -n "__fish_tgsession_needs_command" -s h -l help -d 'Print help'
complete -c tgsession -n "__fish_tgsession_needs_command" -s V -l version -d 'Print version'
complete -c tgsession -n "__fish_tgsession_needs_command" -f -a "inspect" -d 'Show what a session is and holds, in a form that is safe to paste'
complete -c tgsession -n "__fish_tgsession_needs_command" -f -a "peers" -d 'List the peers of a session'
complete -c tgsession -n "__fish_tgsession_needs_command" -f -a "states" -d 'List the update states of a session: how far the account (id 0) and each channel has read'
complete -c tgsession -n "__fish_tgsession_needs_command" -f -a "get" -d 'Find one peer of a session'
complete -c tgsession -n "__fish_tgsession_needs_command" -f -a "export" -d 'Print a session as a session string, or the whole session as an age file'
complete -c tgsession -n "__fish_tgsession_needs_command" -f -a "convert" -d 'Convert a session, or every session in a folder, into the file of another client or into a database'
complete -c tgsession -n "__fish_tgsession_needs_command" -f -a "list" -d 'List the sessions in a folder or a database, and mark those that share an auth key'
complete -c tgsession -n "__fish_tgsession_needs_command" -f -a "prune" -d 'Delete the peers that were not seen for long, or are too many'
complete -c tgsession -n "__fish_tgsession_needs_command" -f -a "compact" -d 'Give the room in session files that nothing is in back to the file system'
complete -c tgsession -n "__fish_tgsession_needs_command" -f -a "delete" -d 'Delete a session and everything that belongs to it'
complete -c tgsession -n "__fish_tgsession_needs_command" -f -a "diagnose" -d 'Tell what a file or a text is, and what is wrong with it'
complete -c tgsession -n "__fish_tgsession_needs_command" -f -a "doctor" -d 'Tell whether a session is sound, and take what is left from one that is not'
complete -c tgsession -n "__fish_tgsession_needs_command" -f -a "passphrase" -d 'Change the passphrase of an encrypted session'
complete -c tgsession -n "__fish_tgsession_needs_command" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c tgsession -n "__fish_tgsession_using_subcommand inspect" -l from -d 'The format that the session has, if you know it; a session of another format is refused' -r -f -a "pyrogram\t''
pyrogram-1\t''
telethon\t''
gramjs\t''
mtcute\t''
mtkruto\t''
gogram\t''
pyrofork\t''
kurigram\t''
telethon2-alpha\t''
telegram-web\t''
alchemysession\t''
gotd\t''
grammers\t''
storesession\t''
tdata\t''
wtelegramclient\t''
tdlib\t''
android\t''"
complete -c tgsession -n "__fish_tgsession_using_subcommand inspect" -l age-identity -d 'LOCATION is an age file, or - for one on standard input, and this is the file of identities that decrypts it' -r -F
complete -c tgsession -n "__fish_tgsession_using_subcommand inspect" -l age-passphrase-file -d 'LOCATION is an age file, or - for one on standard input, and its passphrase is in this file; - is standard input' -r -F
complete -c tgsession -n "__fish_tgsession_using_subcommand inspect" -l passphrase-file -d 'The file with the passphrase of an encrypted session, or - for standard input' -r -F
complete -c tgsession -n "__fish_tgsession_using_subcommand inspect" -l database-key-file -d 'The file with the key of another client\'s encrypted file, or - for standard input' -r -F
complete -c tgsession -n "__fish_tgsession_using_subcommand inspect" -l account -d 'The account of Telegram Desktop\'s tdata: its index there, from 0, or its user id' -r
complete -c tgsession -n "__fish_tgsession_using_subcommand inspect" -l passcode-file -d 'The file with the passcode of Telegram Desktop\'s tdata, or - for standard input' -r -F
complete -c tgsession -n "__fish_tgsession_using_subcommand inspect" -l json -d 'One object of JSON; absent values are null'
complete -c tgsession -n "__fish_tgsession_using_subcommand inspect" -l show-secrets -d 'Show the auth key too, which is the login itself'
complete -c tgsession -n "__fish_tgsession_using_subcommand inspect" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c tgsession -n "__fish_tgsession_using_subcommand peers" -l from -d 'The format that the session has, if you know it; a session of another format is refused' -r -f -a "pyrogram\t''
pyrogram-1\t''
telethon\t''
gramjs\t''
mtcute\t''
mtkruto\t''
gogram\t''
pyrofork\t''
kurigram\t''
telethon2-alpha\t''
telegram-web\t''
alchemysession\t''
gotd\t''
grammers\t''
storesession\t''
tdata\t''
wtelegramclient\t''
tdlib\t''
android\t''"
complete -c tgsession -n "__fish_tgsession_using_subcommand peers" -l age-identity -d 'LOCATION is an age file, or - for one on standard input, and this is the file of identities that decrypts it' -r -F
complete -c tgsession -n "__fish_tgsession_using_subcommand peers" -l age-passphrase-file -d 'LOCATION is an age file, or - for one on standard input, and its passphrase is in this file; - is standard input' -r -F
complete -c tgsession -n "__fish_tgsession_using_subcommand peers" -l passphrase-file -d 'The file with the passphrase of an encrypted session, or - for standard input' -r -F
complete -c tgsession -n "__fish_tgsession_using_subcommand peers" -l database-key-file -d 'The file with the key of another client\'s encrypted file, or - for standard input' -r -F
complete -c tgsession -n "__fish_tgsession_using_subcommand peers" -l account -d 'The account of Telegram Desktop\'s tdata: its index there, from 0, or its user id' -r
complete -c tgsession -n "__fish_tgsession_using_subcommand peers" -l passcode-file -d 'The file with the passcode of Telegram Desktop\'s tdata, or - for standard input' -r -F
complete -c tgsession -n "__fish_tgsession_using_subcommand peers" -l json -d 'One object of JSON a line'
complete -c tgsession -n "__fish_tgsession_using_subcommand peers" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c tgsession -n "__fish_tgsession_using_subcommand states" -l from -d 'The format that the session has, if you know it; a session of another format is refused' -r -f -a "pyrogram\t''
pyrogram-1\t''
telethon\t''
gramjs\t''
mtcute\t''
mtkruto\t''
gogram\t''
pyrofork\t''
kurigram\t''
telethon2-alpha\t''
telegram-web\t''
alchemysession\t''
gotd\t''
grammers\t''
storesession\t''
tdata\t''
wtelegramclient\t''
tdlib\t''
android\t''"
complete -c tgsession -n "__fish_tgsession_using_subcommand states" -l age-identity -d 'LOCATION is an age file, or - for one on standard input, and this is the file of identities that decrypts it' -r -F
complete -c tgsession -n "__fish_tgsession_using_subcommand states" -l age-passphrase-file -d 'LOCATION is an age file, or - for one on standard input, and its passphrase is in this file; - is standard input' -r -F
complete -c tgsession -n "__fish_tgsession_using_subcommand states" -l passphrase-file -d 'The file with the passphrase of an encrypted session, or - for standard input' -r -F
complete -c tgsession -n "__fish_tgsession_using_subcommand states" -l database-key-file -d 'The file with the key of another client\'s encrypted file, or - for standard input' -r -F
complete -c tgsession -n "__fish_tgsession_using_subcommand states" -l account -d 'The account of Telegram Desktop\'s tdata: its index there, from 0, or its user id' -r
complete -c tgsession -n "__fish_tgsession_using_subcommand states" -l passcode-file -d 'The file with the passcode of Telegram Desktop\'s tdata, or - for standard input' -r -F
complete -c tgsession -n "__fish_tgsession_using_subcommand states" -l json -d 'One object of JSON a line'
complete -c tgsession -n "__fish_tgsession_using_subcommand states" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c tgsession -n "__fish_tgsession_using_subcommand get" -l from -d 'The format that the session has, if you know it; a session of another format is refused' -r -f -a "pyrogram\t''
pyrogram-1\t''
telethon\t''
gramjs\t''
mtcute\t''
mtkruto\t''
gogram\t''
pyrofork\t''
kurigram\t''
telethon2-alpha\t''
telegram-web\t''
alchemysession\t''
gotd\t''
grammers\t''
storesession\t''
tdata\t''
wtelegramclient\t''
tdlib\t''
android\t''"
complete -c tgsession -n "__fish_tgsession_using_subcommand get" -l age-identity -d 'LOCATION is an age file, or - for one on standard input, and this is the file of identities that decrypts it' -r -F
complete -c tgsession -n "__fish_tgsession_using_subcommand get" -l age-passphrase-file -d 'LOCATION is an age file, or - for one on standard input, and its passphrase is in this file; - is standard input' -r -F
complete -c tgsession -n "__fish_tgsession_using_subcommand get" -l passphrase-file -d 'The file with the passphrase of an encrypted session, or - for standard input' -r -F
complete -c tgsession -n "__fish_tgsession_using_subcommand get" -l database-key-file -d 'The file with the key of another client\'s encrypted file, or - for standard input' -r -F
complete -c tgsession -n "__fish_tgsession_using_subcommand get" -l account -d 'The account of Telegram Desktop\'s tdata: its index there, from 0, or its user id' -r
complete -c tgsession -n "__fish_tgsession_using_subcommand get" -l passcode-file -d 'The file with the passcode of Telegram Desktop\'s tdata, or - for standard input' -r -F
complete -c tgsession -n "__fish_tgsession_using_subcommand get" -l id -d 'By its marked id: users are positive, groups -ID, channels -100…ID' -r
complete -c tgsession -n "__fish_tgsession_using_subcommand get" -l username -d 'By a username, in any case, with or without @' -r
complete -c tgsession -n "__fish_tgsession_using_subcommand get" -l phone -d 'By a phone number, with or without +' -r
complete -c tgsession -n "__fish_tgsession_using_subcommand get" -l json -d 'One object of JSON'
complete -c tgsession -n "__fish_tgsession_using_subcommand get" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c tgsession -n "__fish_tgsession_using_subcommand export" -l from -d 'The format that the session has, if you know it; a session of another format is refused' -r -f -a "pyrogram\t''
pyrogram-1\t''
telethon\t''
gramjs\t''
mtcute\t''
mtkruto\t''
gogram\t''
pyrofork\t''
kurigram\t''
telethon2-alpha\t''
telegram-web\t''
alchemysession\t''
gotd\t''
grammers\t''
storesession\t''
tdata\t''
wtelegramclient\t''
tdlib\t''
android\t''"
complete -c tgsession -n "__fish_tgsession_using_subcommand export" -l age-identity -d 'LOCATION is an age file, or - for one on standard input, and this is the file of identities that decrypts it' -r -F
complete -c tgsession -n "__fish_tgsession_using_subcommand export" -l age-passphrase-file -d 'LOCATION is an age file, or - for one on standard input, and its passphrase is in this file; - is standard input' -r -F
complete -c tgsession -n "__fish_tgsession_using_subcommand export" -l passphrase-file -d 'The file with the passphrase of an encrypted session, or - for standard input' -r -F
complete -c tgsession -n "__fish_tgsession_using_subcommand export" -l database-key-file -d 'The file with the key of another client\'s encrypted file, or - for standard input' -r -F
complete -c tgsession -n "__fish_tgsession_using_subcommand export" -l account -d 'The account of Telegram Desktop\'s tdata: its index there, from 0, or its user id' -r
complete -c tgsession -n "__fish_tgsession_using_subcommand export" -l passcode-file -d 'The file with the passcode of Telegram Desktop\'s tdata, or - for standard input' -r -F
complete -c tgsession -n "__fish_tgsession_using_subcommand export" -l to -d 'The format of the session string' -r -f -a "pyrogram\t''
pyrogram-1\t''
telethon\t''
gramjs\t''
mtcute\t''
mtkruto\t''
gogram\t''"
complete -c tgsession -n "__fish_tgsession_using_subcommand export" -l to-age-recipient -d 'Write the whole session as an age file that the owner of this recipient (age1…) decrypts; may be repeated' -r
complete -c tgsession -n "__fish_tgsession_using_subcommand export" -l to-age-passphrase-file -d 'Write the whole session as an age file with the passphrase in this file; - is standard input' -r -F
complete -c tgsession -n "__fish_tgsession_using_subcommand export" -l set -d 'A value that the session does not have, such as user_id=…; may be repeated' -r
complete -c tgsession -n "__fish_tgsession_using_subcommand export" -l output -d 'Write it to this file, which must not exist yet and only its owner may read, instead of standard output' -r -F
complete -c tgsession -n "__fish_tgsession_using_subcommand export" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c tgsession -n "__fish_tgsession_using_subcommand convert" -l from -d 'The format that the session has, if you know it; a session of another format is refused' -r -f -a "pyrogram\t''
pyrogram-1\t''
telethon\t''
gramjs\t''
mtcute\t''
mtkruto\t''
gogram\t''
pyrofork\t''
kurigram\t''
telethon2-alpha\t''
telegram-web\t''
alchemysession\t''
gotd\t''
grammers\t''
storesession\t''
tdata\t''
wtelegramclient\t''
tdlib\t''
android\t''"
complete -c tgsession -n "__fish_tgsession_using_subcommand convert" -l age-identity -d 'LOCATION is an age file, or - for one on standard input, and this is the file of identities that decrypts it' -r -F
complete -c tgsession -n "__fish_tgsession_using_subcommand convert" -l age-passphrase-file -d 'LOCATION is an age file, or - for one on standard input, and its passphrase is in this file; - is standard input' -r -F
complete -c tgsession -n "__fish_tgsession_using_subcommand convert" -l passphrase-file -d 'The file with the passphrase of an encrypted session, or - for standard input' -r -F
complete -c tgsession -n "__fish_tgsession_using_subcommand convert" -l database-key-file -d 'The file with the key of another client\'s encrypted file, or - for standard input' -r -F
complete -c tgsession -n "__fish_tgsession_using_subcommand convert" -l account -d 'The account of Telegram Desktop\'s tdata: its index there, from 0, or its user id' -r
complete -c tgsession -n "__fish_tgsession_using_subcommand convert" -l passcode-file -d 'The file with the passcode of Telegram Desktop\'s tdata, or - for standard input' -r -F
complete -c tgsession -n "__fish_tgsession_using_subcommand convert" -l to -d 'The layout or format of the new file: pyrogram@3, kurigram@7, kurigram@6, pyrofork@4, telethon@8, telethon@7, telethon@6, telethon@5, telethon@10, grammers@1, mtcute@2, gotd, gogram, grammers, storesession, tdata, mtcute, grammers-sqlite; without a version, the newest of these; mtcute and grammers-sqlite have nothing of ours in them' -r
complete -c tgsession -n "__fish_tgsession_using_subcommand convert" -l to-passphrase-file -d 'Encrypt the new file with the passphrase in this file, or on standard input if it is -' -r -F
complete -c tgsession -n "__fish_tgsession_using_subcommand convert" -l to-passcode-file -d 'Keep the new tdata of Telegram Desktop under the passcode in this file, or on standard input if it is -' -r -F
complete -c tgsession -n "__fish_tgsession_using_subcommand convert" -l set -d 'A value that the source does not have, such as user_id=…; may be repeated' -r
complete -c tgsession -n "__fish_tgsession_using_subcommand convert" -l keep-foreign-tables -d 'Take along the tables of other programs in the source\'s file, with their rows, into a file'
complete -c tgsession -n "__fish_tgsession_using_subcommand convert" -l recursive -d 'Also convert the folders in it, recursively'
complete -c tgsession -n "__fish_tgsession_using_subcommand convert" -l json -d 'The report as JSON: one object, or one a line for a folder'
complete -c tgsession -n "__fish_tgsession_using_subcommand convert" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c tgsession -n "__fish_tgsession_using_subcommand list" -l passcode-file -d 'The file with the passcode of Telegram Desktop\'s tdata, or - for standard input' -r -F
complete -c tgsession -n "__fish_tgsession_using_subcommand list" -l json -d 'One object of JSON a line'
complete -c tgsession -n "__fish_tgsession_using_subcommand list" -l recursive -d 'Also list the folders in it, recursively'
complete -c tgsession -n "__fish_tgsession_using_subcommand list" -l all -d 'Also list the files that are not sessions'
complete -c tgsession -n "__fish_tgsession_using_subcommand list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c tgsession -n "__fish_tgsession_using_subcommand prune" -l passphrase-file -d 'The file with the passphrase of an encrypted session, or - for standard input' -r -F
complete -c tgsession -n "__fish_tgsession_using_subcommand prune" -l not-seen-for -d 'Delete the peers that were not seen for so many days; one whose time is not known stays' -r
complete -c tgsession -n "__fish_tgsession_using_subcommand prune" -l keep -d 'Keep only so many, those that were seen last; one whose time is not known counts as the oldest' -r
complete -c tgsession -n "__fish_tgsession_using_subcommand prune" -l type -d 'Count and delete only peers of this type: user, bot, group, channel, supergroup, …' -r
complete -c tgsession -n "__fish_tgsession_using_subcommand prune" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c tgsession -n "__fish_tgsession_using_subcommand compact" -l passphrase-file -d 'The file with the passphrase of an encrypted session, or - for standard input' -r -F
complete -c tgsession -n "__fish_tgsession_using_subcommand compact" -l max-bytes -d 'Write about so many bytes at most in one step; a file that can only be written anew as a whole, and is larger, is refused' -r
complete -c tgsession -n "__fish_tgsession_using_subcommand compact" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c tgsession -n "__fish_tgsession_using_subcommand delete" -l passphrase-file -d 'The file with the passphrase of an encrypted session, or - for standard input' -r -F
complete -c tgsession -n "__fish_tgsession_using_subcommand delete" -l yes -d 'Confirms the deletion; without it nothing is deleted'
complete -c tgsession -n "__fish_tgsession_using_subcommand delete" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c tgsession -n "__fish_tgsession_using_subcommand diagnose" -l json -d 'One object of JSON'
complete -c tgsession -n "__fish_tgsession_using_subcommand diagnose" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c tgsession -n "__fish_tgsession_using_subcommand doctor" -l salvage -d 'The session to make, a file or a URL; it must not exist yet' -r
complete -c tgsession -n "__fish_tgsession_using_subcommand doctor" -l to -d 'The layout of the new file; without it, that of the session\'s own client' -r
complete -c tgsession -n "__fish_tgsession_using_subcommand doctor" -l set -d 'A value that the session does not have, such as user_id=…; may be repeated' -r
complete -c tgsession -n "__fish_tgsession_using_subcommand doctor" -l key-id -d 'The id of the auth key to take, if nothing else tells which of several is the session\'s; none takes none of them' -r
complete -c tgsession -n "__fish_tgsession_using_subcommand doctor" -l passphrase-file -d 'The file with the passphrase of an encrypted session, or - for standard input' -r -F
complete -c tgsession -n "__fish_tgsession_using_subcommand doctor" -l json -d 'One object of JSON'
complete -c tgsession -n "__fish_tgsession_using_subcommand doctor" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c tgsession -n "__fish_tgsession_using_subcommand passphrase" -l passphrase-file -d 'The file with its passphrase, or - for standard input' -r -F
complete -c tgsession -n "__fish_tgsession_using_subcommand passphrase" -l new-passphrase-file -d 'The file with its new passphrase, or - for standard input' -r -F
complete -c tgsession -n "__fish_tgsession_using_subcommand passphrase" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c tgsession -n "__fish_tgsession_using_subcommand help; and not __fish_seen_subcommand_from inspect peers states get export convert list prune compact delete diagnose doctor passphrase help" -f -a "inspect" -d 'Show what a session is and holds, in a form that is safe to paste'
complete -c tgsession -n "__fish_tgsession_using_subcommand help; and not __fish_seen_subcommand_from inspect peers states get export convert list prune compact delete diagnose doctor passphrase help" -f -a "peers" -d 'List the peers of a session'
complete -c tgsession -n "__fish_tgsession_using_subcommand help; and not __fish_seen_subcommand_from inspect peers states get export convert list prune compact delete diagnose doctor passphrase help" -f -a "states" -d 'List the update states of a session: how far the account (id 0) and each channel has read'
complete -c tgsession -n "__fish_tgsession_using_subcommand help; and not __fish_seen_subcommand_from inspect peers states get export convert list prune compact delete diagnose doctor passphrase help" -f -a "get" -d 'Find one peer of a session'
complete -c tgsession -n "__fish_tgsession_using_subcommand help; and not __fish_seen_subcommand_from inspect peers states get export convert list prune compact delete diagnose doctor passphrase help" -f -a "export" -d 'Print a session as a session string, or the whole session as an age file'
complete -c tgsession -n "__fish_tgsession_using_subcommand help; and not __fish_seen_subcommand_from inspect peers states get export convert list prune compact delete diagnose doctor passphrase help" -f -a "convert" -d 'Convert a session, or every session in a folder, into the file of another client or into a database'
complete -c tgsession -n "__fish_tgsession_using_subcommand help; and not __fish_seen_subcommand_from inspect peers states get export convert list prune compact delete diagnose doctor passphrase help" -f -a "list" -d 'List the sessions in a folder or a database, and mark those that share an auth key'
complete -c tgsession -n "__fish_tgsession_using_subcommand help; and not __fish_seen_subcommand_from inspect peers states get export convert list prune compact delete diagnose doctor passphrase help" -f -a "prune" -d 'Delete the peers that were not seen for long, or are too many'
complete -c tgsession -n "__fish_tgsession_using_subcommand help; and not __fish_seen_subcommand_from inspect peers states get export convert list prune compact delete diagnose doctor passphrase help" -f -a "compact" -d 'Give the room in session files that nothing is in back to the file system'
complete -c tgsession -n "__fish_tgsession_using_subcommand help; and not __fish_seen_subcommand_from inspect peers states get export convert list prune compact delete diagnose doctor passphrase help" -f -a "delete" -d 'Delete a session and everything that belongs to it'
complete -c tgsession -n "__fish_tgsession_using_subcommand help; and not __fish_seen_subcommand_from inspect peers states get export convert list prune compact delete diagnose doctor passphrase help" -f -a "diagnose" -d 'Tell what a file or a text is, and what is wrong with it'
complete -c tgsession -n "__fish_tgsession_using_subcommand help; and not __fish_seen_subcommand_from inspect peers states get export convert list prune compact delete diagnose doctor passphrase help" -f -a "doctor" -d 'Tell whether a session is sound, and take what is left from one that is not'
complete -c tgsession -n "__fish_tgsession_using_subcommand help; and not __fish_seen_subcommand_from inspect peers states get export convert list prune compact delete diagnose doctor passphrase help" -f -a "passphrase" -d 'Change the passphrase of an encrypted session'
complete -c tgsession -n "__fish_tgsession_using_subcommand help; and not __fish_seen_subcommand_from inspect peers states get export convert list prune compact delete diagnose doctor passphrase help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
