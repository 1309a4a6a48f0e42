//! Decode and rules: the fast path against the full path.

use std::sync::Arc;

use callkit_tool::decode::{
    CallbackFacts, DecodeOptions, Predictor, ReceivedAt, RecordContents, Scratch, learn, read_fast,
    read_fast_v4, read_full,
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
    for piece in &frame.pieces {
        let request = match piece.kind {
            PieceKind::Request(index) => frame.requests.get(index).filter(|request| request.text.is_none()),
            PieceKind::Line => None,
            _ => continue,
        };
        let record = &input[piece.start..piece.end];
        let text = std::str::from_utf8(record).ok();
        let plain = text.and_then(|text| read_fast(text, request, &mut predictor));
        let unwrapped = predictor.unwrapped().cloned();
        let full = read_full(record, request, &mut scratch);
        let checked = check(&full, &options);
        for hit in &checked.hits {
            assert!(hit.span.start <= hit.span.end && hit.span.end <= record.len(), "{hit:?}");
        }
        let Some(plain) = plain else {
            let v4 = text.filter(|_| request.is_none()).and_then(read_fast_v4);
            if let Some(v4) = v4.filter(|v4| is_clean(v4, &options)) {
                assert!(checked.hits.is_empty(), "{v4:?}: {:?}", checked.hits);
                assert_eq!(full.callback(), Some(&v4));
            }
            if checked.hits.is_empty() {
                learn(&full, &DecodeOptions::default(), &mut predictor);
            }
            continue;
        };
        if !is_clean(&plain, &options) {
            continue;
        }
        let shown = String::from_utf8_lossy(record);
        assert!(checked.hits.is_empty(), "{shown}: {:?}", checked.hits);
        assert_eq!(full.opened.wrapping.notes, unwrapped.as_deref().cloned().unwrap_or_default(), "{shown}");
        if let Some(full) = full.callback().filter(|_| plain.received_at != ReceivedAt::Unread) {
            assert_eq!(plain.received_at(), full.received_at, "{shown}");
            assert_eq!(plain.captured_by, full.captured_by, "{shown}");
        }
        let full = full.callback().map(|full| {
            let url = (full.sdkappid, full.client_ip.as_deref(), full.platform.as_deref());
            let ids = (
                full.call_id.as_deref(),
                full.user_id.as_deref(),
                full.room_id.as_deref().unwrap_or_default(),
            );
            let words =
                (full.role, full.event, full.call_result, full.media_type, full.call_type, full.family);
            let times = [full.event_time, full.start_call_ts, full.accept_ts, full.end_ts]
                .map(|time| time.unwrap_or(0));
            (url, ids, words, times, full.total_num)
        });
        let url = plain.url.as_ref();
        let [start, accept, end] = plain.stamps;
        let fast = (
            (url.and_then(|url| url.sdkappid), url.map(|url| &*url.client_ip), url.map(|url| url.platform)),
            (Some(&*plain.call_id), Some(&*plain.user_id), &*plain.room_id),
            (
                Some(plain.role),
                plain.event,
                plain.call_result,
                Some(plain.media_type),
                Some(plain.call_type),
                plain.family(),
            ),
            [plain.event_time, start, accept, end],
            Some(plain.total_num),
        );
        assert_eq!(full, Some(fast), "{shown}");
    }
}
