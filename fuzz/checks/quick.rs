//! Decode and rules: the fast path against the full path.

use std::sync::Arc;

use callkit_tool::decode::{
    DecodeOptions, FastCallback, Predictor, ReceivedAt, RecordContents, Scratch, learn, read_fast_into,
    read_full,
};
use callkit_tool::framing::{Format, Frame, Framer, PieceKind};
use callkit_tool::rules::{RuleOptions, check, is_clean};

/// What the fast path reads and finds clean is the same callback on the full path, which has no findings on it; and the
/// places of findings lie in their records.
pub(crate) fn quick_and_full(data: &[u8]) {
    let Some((control, input)) = data.split_first() else { return };
    let format = if control & 1 == 0 { Format::JsonLines } else { Format::Http };
    let (mut framer, mut frame) =
        (Framer::new(format, 1 << 24).asking(Arc::new(RecordContents::default())), Frame::default());
    framer.frame(input, true, &mut frame);
    let options = RuleOptions::default();
    let (mut predictor, mut scratch) = (Predictor::default(), Scratch::slow());
    // Each is read into the last one, as those of blocks are.
    let mut plain = FastCallback::default();
    for piece in &frame.pieces {
        let request = match piece.kind {
            PieceKind::Request(index) => frame.requests.get(index).filter(|request| request.text.is_none()),
            PieceKind::Line => None,
            _ => continue,
        };
        let record = &input[piece.start..piece.end];
        let text = std::str::from_utf8(record).ok();
        let is_plain = text.is_some_and(|text| read_fast_into(text, request, &mut predictor, &mut plain));
        let unwrapped = predictor.unwrapped().cloned();
        let full = read_full(record, request, &mut scratch);
        let checked = check(&full, &options);
        for hit in &checked.hits {
            assert!(hit.span.start <= hit.span.end && hit.span.end <= record.len(), "{hit:?}");
        }
        if !is_plain {
            if checked.hits.is_empty() {
                learn(&full, &DecodeOptions::default(), &mut predictor);
            }
            continue;
        }
        if !is_clean(&plain, &options) {
            continue;
        }
        let shown = String::from_utf8_lossy(record);
        assert!(checked.hits.is_empty(), "{shown}: {:?}", checked.hits);
        assert_eq!(full.opened.wrapping.notes, unwrapped.as_deref().cloned().unwrap_or_default(), "{shown}");
        let is_unread = plain.received_at() == ReceivedAt::Unread;
        let mut fast = plain.clone().into_callback();
        let read = full.callback();
        if let Some(read) = read.filter(|_| is_unread) {
            (fast.received_at, fast.captured_by) = (read.received_at, read.captured_by);
        }
        assert_eq!(read, Some(&fast), "{shown}");
    }
}
