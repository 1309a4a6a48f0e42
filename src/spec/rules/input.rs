//! `input/`: faults of an input as a whole.

family! {
    ($) input

    /// A record, which is one line or one HTTP request, must not be longer than `--max-record` (16 MiB
    /// by default). If a request declares a length over the limit, the tool first checks whether that
    /// length is wrong.
    ///
    /// # Why it matters
    ///
    /// The record is skipped: its callback is missing from its call and from all figures, and the call
    /// can look incomplete. A callback has a few hundred bytes, so a record of that size almost always
    /// means a damaged log.
    ///
    /// # What to do
    ///
    /// Look at the start of the reported range: is it one callback, or several without a line break
    /// between them? Repair the log, or raise `--max-record` if the record is valid.
    InputTooLong {
        name: "input/too-long",
        level: Error,
        summary: "a record is longer than `--max-record`",
        page: page::EVENT,
        args: ["--max-record", "200"],
        silent: BODY,
        fires: b"c-1"
            => b"c-1-copied-from-a-log-without-line-breaks-0123456789012345678901234567890123456789",
    }

    /// Input that begins like gzip or zstd data must decompress to its end without an error. The
    /// content decides, not the file name.
    ///
    /// # Why it matters
    ///
    /// Everything after the damage is lost. The callbacks before it are used, so the last calls of
    /// such a file can look incomplete or be missing, and every count is too low.
    ///
    /// # What to do
    ///
    /// Copy the file again and compare sizes, or test the original with `gzip -t` or `zstd -t`. A log
    /// that is still being written is cut off until its writer closes it.
    InputCompressed {
        name: "input/compressed",
        level: Error,
        summary: "gzip or zstd data is damaged or cut off",
        page: page::HTTP,
        silent:
            b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\x03,\xcc\xcd\n\xc20\x10\x04\xe0\xbb\x8f\xb1\xe7\
              \n\xd6\xbf\x96\xde\xa4x\xf0P\x0f!>@H\x16\x09l\x12\xc9OA\xc4ww\x0d9\xce7\xc3|\xe0\x91\
              0\xde\x0cLp!\xab\x11:\x10!\xb8\nq\xdbs\x94!+\xba\x17\x07\xd3\xbe\x83\x05\x8dU\xf2\
              \xfdB\xaeU16\xf0`VD\x8d\x92\xf5O\xc2f\xf5C\xd7\x0f\x11\xe8_kV\x8c\xad\x16\x98\n\xe5\
              \xaa^#\xb1^W\xf4YZ\xc7\xd3~\xd8\x1d\xc7\xd3y\x1c\x0e\xdf\xcd\x0f\x00\x00\xff\xff\xab\
              \xa6\xb9\x13\x8d(u\"\x00B\xcc\xb4\x1cF\x01\x00\x00",
        fires: b"\xab\xa6\xb9\x13\x8d(u\"\x00B\xcc\xb4\x1cF\x01\x00\x00" => b"",
    }
}
