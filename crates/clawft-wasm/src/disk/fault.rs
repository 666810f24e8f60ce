//! Ends or interrupts the program after so many bytes and steps.

use std::cell::{Cell, RefCell};
use std::io;

/// What happens when the count has run out.
enum Event {
    /// Nothing is changed any more, not even by the code that cleans up after an error.
    Kill,
    /// Another process does this; then the program goes on.
    Interrupt(Box<dyn FnOnce()>),
}

thread_local! {
    static EVENT: RefCell<Option<Event>> = const { RefCell::new(None) };
    /// Bytes and steps before the event.
    static LEFT: Cell<usize> = const { Cell::new(usize::MAX) };
    static USED: Cell<usize> = const { Cell::new(0) };
}

/// Runs `action`, which dies after `left` bytes and steps (each step counts as one).
pub(crate) fn kill_after<T>(left: usize, action: impl FnOnce() -> T) -> T {
    with(left, Event::Kill, action)
}

/// Runs `action`, and `other` in the middle of it, after `left` bytes and steps.
pub(crate) fn interrupt_after<T>(
    left: usize,
    other: impl FnOnce() + 'static,
    action: impl FnOnce() -> T,
) -> T {
    with(left, Event::Interrupt(Box::new(other)), action)
}

fn with<T>(left: usize, event: Event, action: impl FnOnce() -> T) -> T {
    EVENT.set(Some(event));
    LEFT.set(left);
    let result = action();
    EVENT.set(None);
    LEFT.set(usize::MAX);
    result
}

/// Runs `action` to its end; returns how many bytes and steps it took as well.
pub(crate) fn count<T>(action: impl FnOnce() -> T) -> (T, usize) {
    USED.set(0);
    (action(), USED.get())
}

pub(super) fn step() -> io::Result<()> {
    if bytes(1) == 1 {
        return Ok(());
    }
    match EVENT.take() {
        Some(Event::Interrupt(other)) => {
            LEFT.set(usize::MAX);
            other();
            Ok(())
        }
        event => {
            EVENT.set(event);
            Err(io::Error::other("killed"))
        }
    }
}

/// How many of `wanted` bytes may be written before the next step.
pub(super) fn bytes(wanted: usize) -> usize {
    USED.set(USED.get() + wanted);
    let allowed = wanted.min(LEFT.get());
    if LEFT.get() != usize::MAX {
        // A write that was cut short is the end, even if a smaller one would still fit.
        LEFT.set(if allowed < wanted {
            0
        } else {
            LEFT.get() - allowed
        });
    }
    allowed
}
