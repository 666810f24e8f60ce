//! Server-sent events: the data of each, from bytes that come in any portions.

/// What has come in of an event stream.
#[derive(Default)]
pub(super) struct Events {
    line: Vec<u8>,
    data: Vec<u8>,
    /// The last byte was a carriage return: a line feed after it belongs to it.
    after_return: bool,
}

impl Events {
    /// Takes the next bytes; calls `each` with the data of every event that is complete now.
    pub(super) fn push<E>(
        &mut self,
        bytes: &[u8],
        mut each: impl FnMut(&[u8]) -> Result<(), E>,
    ) -> Result<(), E> {
        for byte in bytes {
            let after_return = std::mem::replace(&mut self.after_return, *byte == b'\r');
            match byte {
                b'\n' if after_return => {}
                b'\n' | b'\r' => self.end_line(&mut each)?,
                _ => self.line.push(*byte),
            }
        }
        Ok(())
    }

    fn end_line<E>(&mut self, each: &mut impl FnMut(&[u8]) -> Result<(), E>) -> Result<(), E> {
        let line = std::mem::take(&mut self.line);
        if line.is_empty() {
            let data = std::mem::take(&mut self.data);
            return if data.is_empty() { Ok(()) } else { each(&data) };
        }
        // Other fields, and comments, do not matter here.
        if let Some(data) = line.strip_prefix(b"data:") {
            if !self.data.is_empty() {
                self.data.push(b'\n');
            }
            self.data
                .extend_from_slice(data.strip_prefix(b" ").unwrap_or(data));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn events(text: &str, portion: usize) -> Vec<String> {
        let mut events = Events::default();
        let mut found = Vec::new();
        for bytes in text.as_bytes().chunks(portion) {
            let _: Result<(), ()> = events.push(bytes, |data| {
                found.push(String::from_utf8(data.to_vec()).expect("UTF-8"));
                Ok(())
            });
        }
        found
    }

    #[test]
    fn events_come_out_however_the_bytes_are_portioned() {
        let text =
            ": hi\n\ndata: a\n\nevent: x\r\ndata:b\r\ndata:  c\r\n\r\ndata: d\r\rid: 1\n\ndata: e";
        for portion in 1..=text.len() {
            assert_eq!(events(text, portion), ["a", "b\n c", "d"], "{portion}");
        }
    }
}
