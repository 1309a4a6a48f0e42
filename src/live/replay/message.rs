//! A captured callback as it waits to be sent, and how it stands in the spool.

/// What is sent of a callback, as it was captured.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Message {
    /// The call, if the callback names one.
    pub call_id: Option<String>,
    /// The method.
    pub method: String,
    /// The query, without its `?`.
    pub query: Option<Vec<u8>>,
    /// The headers, in their order.
    pub headers: Vec<(Vec<u8>, Vec<u8>)>,
    /// The body.
    pub body: Vec<u8>,
}

impl Message {
    /// Appends it, each part after its length.
    pub fn write(&self, out: &mut Vec<u8>) {
        let mut part = |bytes: Option<&[u8]>| {
            let length = bytes.map_or(u32::MAX, |bytes| bytes.len() as u32);
            out.extend_from_slice(&length.to_le_bytes());
            out.extend_from_slice(bytes.unwrap_or_default());
        };
        part(self.call_id.as_deref().map(str::as_bytes));
        part(Some(self.method.as_bytes()));
        part(self.query.as_deref());
        part(Some(&self.body));
        for (name, value) in &self.headers {
            part(Some(name));
            part(Some(value));
        }
    }

    /// Reads what [`Message::write`] wrote; none for anything else.
    pub fn read(mut bytes: &[u8]) -> Option<Self> {
        let text = |part: Vec<u8>| String::from_utf8(part).ok();
        let call_id = part(&mut bytes)?.and_then(text);
        let method = part(&mut bytes)?.and_then(text)?;
        let query = part(&mut bytes)?;
        let body = part(&mut bytes)??;
        let mut headers = Vec::new();
        while !bytes.is_empty() {
            headers.push((part(&mut bytes)??, part(&mut bytes)??));
        }
        Some(Self { call_id, method, query, headers, body })
    }
}

/// Takes one part: the bytes after its length, or the mark of an absent part.
fn part(bytes: &mut &[u8]) -> Option<Option<Vec<u8>>> {
    let (length, rest) = bytes.split_first_chunk::<4>()?;
    let length = u32::from_le_bytes(*length);
    if length == u32::MAX {
        *bytes = rest;
        return Some(None);
    }
    let (part, rest) = rest.split_at_checked(length as usize)?;
    *bytes = rest;
    Some(Some(part.to_vec()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        let whole = Message {
            call_id: Some("c".into()),
            method: "POST".into(),
            query: Some(b"a=\xff".to_vec()),
            headers: vec![(b"A".to_vec(), Vec::new()), (b"A".to_vec(), b"2".to_vec())],
            body: vec![0, 10, 255],
        };
        for message in [Message { method: "PUT".into(), ..Message::default() }, whole] {
            let mut bytes = Vec::new();
            message.write(&mut bytes);
            assert_eq!(Message::read(&bytes), Some(message));
            assert_eq!(Message::read(&bytes[..bytes.len() - 1]), None);
        }
    }
}
