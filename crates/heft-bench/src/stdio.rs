//! What a program prints, up to a limit.

use bytes::Bytes;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use tokio::io::AsyncWrite;
use wasmtime_wasi::cli::{IsTerminal, StdoutStream};
use wasmtime_wasi::p2::{OutputStream, Pollable, StreamError};

/// How much may be written at once.
const PERMIT: usize = 64 * 1024;

/// Standard output or standard error. Clones share one content.
#[derive(Clone)]
pub(super) struct Output {
    content: Arc<Mutex<Vec<u8>>>,
    /// Bytes that may still be written, shared with the other stream.
    room: Arc<Mutex<Room>>,
}

struct Room {
    left: usize,
    exceeded: bool,
}

/// Standard output and standard error that share `limit` bytes.
pub(super) fn pair(limit: usize) -> (Output, Output) {
    let room = Arc::new(Mutex::new(Room {
        left: limit,
        exceeded: false,
    }));
    let stream = || Output {
        content: Arc::default(),
        room: Arc::clone(&room),
    };
    (stream(), stream())
}

impl Output {
    /// What was written so far.
    pub(super) fn content(&self) -> Vec<u8> {
        lock(&self.content).clone()
    }

    /// Whether the program wanted to print more than allowed.
    pub(super) fn exceeded(&self) -> bool {
        lock(&self.room).exceeded
    }

    fn push(&self, bytes: &[u8]) -> bool {
        let mut room = lock(&self.room);
        let Some(left) = room.left.checked_sub(bytes.len()) else {
            room.exceeded = true;
            return false;
        };
        room.left = left;
        lock(&self.content).extend_from_slice(bytes);
        true
    }
}

/// What a panic of another thread left is as good as before: nothing here has two halves.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl OutputStream for Output {
    fn write(&mut self, bytes: Bytes) -> Result<(), StreamError> {
        if self.push(&bytes) {
            return Ok(());
        }
        // A trap, since an error code would leave a program free to try for ever.
        Err(StreamError::trap("printed more than allowed"))
    }

    fn flush(&mut self) -> Result<(), StreamError> {
        Ok(())
    }

    fn check_write(&mut self) -> Result<usize, StreamError> {
        Ok(PERMIT)
    }
}

#[wasmtime_wasi::async_trait]
impl Pollable for Output {
    async fn ready(&mut self) {}
}

impl AsyncWrite for Output {
    fn poll_write(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<std::io::Result<usize>> {
        Poll::Ready(if self.push(bytes) {
            Ok(bytes.len())
        } else {
            Err(std::io::ErrorKind::FileTooLarge.into())
        })
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

impl IsTerminal for Output {
    fn is_terminal(&self) -> bool {
        false
    }
}

impl StdoutStream for Output {
    fn async_stream(&self) -> Box<dyn AsyncWrite + Send + Sync> {
        Box::new(self.clone())
    }

    fn p2_stream(&self) -> Box<dyn OutputStream> {
        Box::new(self.clone())
    }
}
