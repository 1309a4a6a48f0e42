//! Files that are not logs, by what they begin with, and what makes a log of them.
//!
//! Comes in: the first bytes of a source. Goes out: a row of the table. Must not: decide what is done about it.

use memchr::memmem;

use crate::deliveries::ForwardLine;

/// What an input is that is not a log.
#[derive(Debug)]
pub struct Named {
    /// Its name, with an article: `a packet capture (pcap)`.
    pub what: &'static str,
    /// How to make a log of it, `FILE` standing for its name; empty if nobody can.
    pub help: &'static str,
    /// True if it is passed over as a whole; false for text, in which a callback may stand after all.
    pub is_binary: bool,
    shape: Signature,
}

/// How a file is told.
#[derive(Debug)]
enum Signature {
    /// These bytes at that place.
    At(usize, &'static [u8]),
    /// The first, and later in the head the second.
    Holds(&'static [u8], &'static [u8]),
    /// The first text that is not blank begins so, in any case.
    Text(&'static str),
    /// A function of the head.
    Told(fn(&[u8]) -> bool),
}

/// How many of the first bytes are looked at.
const HEAD: usize = 4096;

const fn binary(what: &'static str, help: &'static str, shape: Signature) -> Named {
    Named { what, help, is_binary: true, shape }
}

const fn text(what: &'static str, help: &'static str, shape: Signature) -> Named {
    Named { what, help, is_binary: false, shape }
}

const PACKETS: &str = "`tcpflow -r FILE -o flows` writes the requests in it to the folder `flows`, and `tshark -r FILE -Y http` \
     shows whether there are any; of encrypted traffic nothing can be read";
const OPENSSL: &str =
    "decrypt it with the password and the cipher that it was encrypted with: `openssl enc -d`";
const DUCKDB: &str =
    "`duckdb -c \"COPY (SELECT * FROM 'FILE') TO 'log.jsonl' (FORMAT json)\"` makes a log of it";
const SQLITE: &str = "`sqlite3 FILE .tables` lists its tables, and `sqlite3 -json FILE 'SELECT * FROM TABLE'` makes a log of one";
const SPREADSHEET: &str = "export the sheet as CSV, with its header";
/// An archive that is read where a file can be read anywhere.
const ZIP: &str = "a zip archive";
const SCREEN: &str = "copy the text itself";
const AGAIN: &str = "it is what a server answered; download the log again";

/// What its first bytes show; the first row that fits counts.
static NAMED: &[Named] = &[
    binary("a packet capture (pcap)", PACKETS, Signature::At(0, b"\xd4\xc3\xb2\xa1")),
    binary("a packet capture (pcap)", PACKETS, Signature::At(0, b"\xa1\xb2\xc3\xd4")),
    binary("a packet capture (pcap)", PACKETS, Signature::At(0, b"\x4d\x3c\xb2\xa1")),
    binary("a packet capture (pcap)", PACKETS, Signature::At(0, b"\xa1\xb2\x3c\x4d")),
    binary("a packet capture (pcapng)", PACKETS, Signature::At(0, b"\x0a\x0d\x0d\x0a")),
    binary("a spreadsheet (xlsx)", SPREADSHEET, Signature::Holds(b"PK\x03\x04", b"xl/")),
    binary(
        "an office document, perhaps a spreadsheet (xlsx)",
        SPREADSHEET,
        Signature::Holds(b"PK\x03\x04", b"[Content_Types].xml"),
    ),
    binary(
        "an office document (OpenDocument)",
        SPREADSHEET,
        Signature::Holds(b"PK\x03\x04", b"application/vnd.oasis"),
    ),
    binary(
        "an old office document, perhaps a spreadsheet (xls)",
        SPREADSHEET,
        Signature::At(0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"),
    ),
    binary(ZIP, "`unzip -p FILE` writes out what it holds", Signature::At(0, b"PK\x03\x04")),
    binary("an empty zip archive", "", Signature::At(0, b"PK\x05\x06")),
    binary(
        "a tar archive within an archive",
        "take it out first: `tar -xf`",
        Signature::Told(super::archive::is_tar),
    ),
    binary("a 7-Zip archive", "`7z x FILE` takes its files out", Signature::At(0, b"7z\xbc\xaf\x27\x1c")),
    binary("a RAR archive", "`unrar x FILE` takes its files out", Signature::At(0, b"Rar!\x1a\x07")),
    binary(
        "compressed by lz4",
        "`lz4 -dc FILE` writes out what it holds",
        Signature::At(0, b"\x04\x22\x4d\x18"),
    ),
    binary(
        "compressed by snappy",
        "`snzip -dc FILE` writes out what it holds",
        Signature::At(0, b"\xff\x06\x00\x00sNaPpY"),
    ),
    binary(
        "compressed by compress",
        "`uncompress -c FILE` writes out what it holds",
        Signature::At(0, b"\x1f\x9d"),
    ),
    binary("compressed by lzip", "`lzip -dc FILE` writes out what it holds", Signature::At(0, b"LZIP")),
    binary("a Parquet file", DUCKDB, Signature::At(0, b"PAR1")),
    binary("an encrypted Parquet file", "", Signature::At(0, b"PARE")),
    binary("an ORC file", "", Signature::At(0, b"ORC")),
    binary("an Avro file", "`avro-tools tojson FILE` makes a log of it", Signature::At(0, b"Obj\x01")),
    binary("an Arrow file", "", Signature::At(0, b"ARROW1")),
    binary("an SQLite database", SQLITE, Signature::At(0, b"SQLite format 3\0")),
    binary("a dump of PostgreSQL", "`pg_restore -f - FILE` writes it as text", Signature::At(0, b"PGDMP")),
    binary(
        "a journal of systemd",
        "`journalctl --file FILE -o json` makes a log of it",
        Signature::At(0, b"LPKSHHRH"),
    ),
    binary("a PDF document", SCREEN, Signature::At(0, b"%PDF-")),
    binary("a picture (PNG)", SCREEN, Signature::At(0, b"\x89PNG\r\n\x1a\n")),
    binary("a picture (JPEG)", SCREEN, Signature::At(0, b"\xff\xd8\xff")),
    binary("a picture (GIF)", SCREEN, Signature::At(0, b"GIF8")),
    binary("a picture (WebP)", SCREEN, Signature::Holds(b"RIFF", b"WEBP")),
    binary("an encrypted file (openssl enc)", OPENSSL, Signature::At(0, b"Salted__")),
    binary("an encrypted file (openssl enc, base64)", OPENSSL, Signature::At(0, b"U2FsdGVkX1")),
    binary("an encrypted file (age)", "`age -d FILE` decrypts it", Signature::At(0, b"age-encryption.org/")),
    binary(
        "an encrypted file (age)",
        "`age -d FILE` decrypts it",
        Signature::At(0, b"-----BEGIN AGE ENCRYPTED FILE-----"),
    ),
    binary(
        "an encrypted file (PGP)",
        "`gpg -d FILE` decrypts it",
        Signature::At(0, b"-----BEGIN PGP MESSAGE-----"),
    ),
    binary("an encrypted file (PGP)", "`gpg -d FILE` decrypts it", Signature::Told(is_pgp)),
    binary("a program (ELF)", "", Signature::At(0, b"\x7fELF")),
    binary("a program (Windows)", "", Signature::Holds(b"MZ", b"PE\0\0")),
    binary("a Java class", "", Signature::At(0, b"\xca\xfe\xba\xbe")),
    binary("a memory dump", "", Signature::At(0, b"MDMP")),
    binary("a Python pickle", "write the objects with `json.dumps`, one a line", Signature::Told(is_pickle)),
    binary("an HTML page", AGAIN, Signature::Text("<!doctype html")),
    binary("an HTML page", AGAIN, Signature::Text("<html")),
    text("an XML document", "", Signature::Text("<?xml")),
    text(
        "what a backend answered to `capture --forward`, not the callbacks",
        "`callkit-tool export --table deliveries FILE` reads it, alone or together with the log",
        Signature::Told(ForwardLine::begins),
    ),
    text(
        "the position up to which `capture` has delivered a log",
        "read the log itself",
        Signature::Holds(b"{\"format\":", b"\"synced_at\":"),
    ),
    text(
        "the report of a replay, not the callbacks",
        "`callkit-tool replay --only-failed FILE` sends what was not accepted",
        Signature::Holds(b"{\"source\":", b"\"attempt\":"),
    ),
    text(
        "an answer of ngrok's inspection API",
        "`jq -r '.requests[].request.raw | @base64d' FILE` writes the requests in it",
        Signature::Holds(b"{", b"\"tunnel_name\""),
    ),
    text(
        "what Python's `repr` writes, which is not JSON",
        "log callbacks with `json.dumps(body)`",
        Signature::Holds(b"", b"{'"),
    ),
    text(
        "what PHP's `print_r` writes, which is not JSON",
        "log callbacks with `json_encode($body)`, or the body as it came in",
        Signature::Told(is_print_r),
    ),
    text(
        "what PHP's `var_dump` writes, which is not JSON",
        "log callbacks with `json_encode($body)`, or the body as it came in",
        Signature::Holds(b"", b"=>\n  string("),
    ),
    text(
        "what `console.log` writes of an object, which is not JSON",
        "log callbacks with `JSON.stringify(body)`",
        Signature::Told(|head| has_members(head, b": '")),
    ),
    text(
        "what Java's `toString` writes, which is not JSON",
        "log the body as it came in, or write it with a JSON mapper",
        Signature::Told(|head| has_members(head, b"=")),
    ),
    text(
        "what Go's `%v` writes, which is not JSON",
        "log the body as it came in, or write it with `json.Marshal`",
        Signature::Holds(b"", b"map[Call"),
    ),
];

/// What a source is that begins with these bytes, if it is known and no log; the first 4 KiB are enough.
pub fn identify(head: &[u8]) -> Option<&'static Named> {
    let head = &head[..head.len().min(HEAD)];
    NAMED.iter().find(|named| named.shape.fits(head))
}

/// True for a zip archive that is not a document.
pub(super) fn is_zip(head: &[u8]) -> bool {
    identify(head).is_some_and(|named| named.what == ZIP)
}

/// How to make a log of the file with that name: the name stands in the commands if every shell takes it as it is,
/// otherwise `FILE`.
pub fn help_for(help: &str, name: &str) -> String {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"._/-+".contains(&byte);
    match !name.is_empty() && !name.starts_with('-') && name.bytes().all(is_plain) {
        true => help.replace("FILE", name),
        false => help.to_owned(),
    }
}

impl Signature {
    fn fits(&self, head: &[u8]) -> bool {
        match self {
            Self::At(at, magic) => {
                // A few letters can begin a text too.
                let is_word = magic.len() < 8 && magic.iter().all(u8::is_ascii_graphic);
                head.get(*at..).is_some_and(|rest| rest.starts_with(magic)) && !(is_word && is_text(head))
            }
            Self::Holds(begin, later) => head.starts_with(begin) && memmem::find(head, later).is_some(),
            Self::Text(begin) => {
                let text = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head).trim_ascii_start();
                text.get(..begin.len()).is_some_and(|text| text.eq_ignore_ascii_case(begin.as_bytes()))
            }
            Self::Told(tells) => tells(head),
        }
    }
}

/// True for bytes that a text can begin with.
fn is_text(head: &[u8]) -> bool {
    let is_control = |byte: &u8| matches!(byte, 0..=8 | 14..=26 | 28..=31);
    !head.iter().any(is_control)
        && simdutf8::compat::from_utf8(head).map_or_else(|error| error.error_len().is_none(), |_| true)
}

/// The names of members that every callback with a call has, as logs of other languages write them.
const MEMBERS: [&[u8]; 4] = [b"CallId", b"callId", b"call_id", b"CallbackCommand"];

/// True for a head in which such a name stands before these bytes, not in quotes.
fn has_members(head: &[u8], between: &[u8]) -> bool {
    MEMBERS.iter().any(|name| {
        memmem::find_iter(head, name).any(|at| {
            let before = at.checked_sub(1).and_then(|before| head.get(before));
            let begins = before.is_none_or(|byte| b" \t\n({[,".contains(byte));
            begins && head[at + name.len()..].starts_with(between)
        })
    })
}

fn is_print_r(head: &[u8]) -> bool {
    MEMBERS.iter().any(|name| memmem::find(head, &[b"[", *name, b"] =>"].concat()).is_some())
}

/// True for the first packet of an encrypted message: a session key, or what is encrypted with a password.
fn is_pgp(head: &[u8]) -> bool {
    matches!(head, [0x84 | 0x85, _, _, 3, ..] | [0xc1, _, 3, ..] | [0x8c, _, 4, ..] | [0xc3, _, 4, ..])
}

fn is_pickle(head: &[u8]) -> bool {
    matches!(head, [0x80, 2..=5, b'}' | b']' | b'(' | b'q' | 0x95, ..])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn what(head: &[u8]) -> &str {
        identify(head).map_or("", |named| named.what)
    }

    #[test]
    fn files_are_told_by_their_first_bytes() {
        assert_eq!(what(b"\xd4\xc3\xb2\xa1\x02\0\x04\0"), "a packet capture (pcap)");
        assert_eq!(what(b"PAR1\0\x01"), "a Parquet file");
        assert_eq!(what(b"PAR1: the first part\n"), "");
        assert_eq!(what(b"PK\x03\x04\x14\0[Content_Types].xml xl/workbook.xml"), "a spreadsheet (xlsx)");
        assert_eq!(what(b"\n <!DOCTYPE HTML><html>"), "an HTML page");
        assert_eq!(
            what(b"{\"requests\":[{\"tunnel_name\":\"command_line\"}]}"),
            "an answer of ngrok's inspection API"
        );
        assert_eq!(what(b"Salted__abcdefgh"), "an encrypted file (openssl enc)");
        assert_eq!(what(b"Array\n(\n    [CallId] => k\n"), "what PHP's `print_r` writes, which is not JSON");
        assert_eq!(what(b"E(userId=a, callId=b)\n"), "what Java's `toString` writes, which is not JSON");
        assert_eq!(
            what(b"cb { UserId: 'a', CallId: 'b' }"),
            "what `console.log` writes of an object, which is not JSON"
        );
        assert_eq!(what(b"{'CallId': 'b'}"), "what Python's `repr` writes, which is not JSON");
        for log in [
            "{\"CallId\":\"a\"}\n",
            "POST /?CallId=a HTTP/1.1\r\n",
            "",
            "\0\0\0{\"a\":1}",
            "2024 INFO {\"a\":1}",
        ] {
            assert_eq!(what(log.as_bytes()), "", "{log}");
        }
    }

    #[test]
    fn only_plain_names_stand_in_commands() {
        let help = "`age -d FILE` decrypts it";
        assert_eq!(help_for(help, "a/b.age"), "`age -d a/b.age` decrypts it");
        for name in ["a b", "-a", "a'b", "a\n", ""] {
            assert_eq!(help_for(help, name), help);
        }
    }
}
