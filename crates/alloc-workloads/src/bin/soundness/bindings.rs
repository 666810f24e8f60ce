//! The host's lists and strings as Rust's bindings hand them out.
//!
//! On wasip2 the standard library gets most of its input through wasi-libc, which copies it and
//! gives the host's blocks to C's `free`. Rust's bindings keep the blocks: they become `Vec`s and
//! `String`s, which the program grows, shrinks and drops. Elsewhere there are no such bindings and
//! the same lines are made with the standard library.

use crate::input::describe;

/// Lines on the arguments, the variables whose names begin with `prefix`, and random bytes.
pub(crate) fn lines(prefix: &str) -> Vec<String> {
    let mut arguments = host::arguments();
    let mut variables: Vec<String> = host::variables()
        .into_iter()
        .filter(|(name, _)| name.starts_with(prefix))
        .map(|(mut name, mut value)| {
            // The one grows where it is or moves; the other shrinks first.
            name.push_str(" is ");
            value.truncate(value.len() / 2);
            value.shrink_to_fit();
            name + &value
        })
        .collect();
    variables.sort();
    for argument in &mut arguments {
        let copy = argument.clone();
        argument.push_str(&copy);
    }
    // The list itself grows, and is then taken apart from the wrong end.
    let count = arguments.len();
    arguments.extend_from_within(count / 2..);
    arguments.reverse();
    vec![
        describe("bindings' arguments", arguments),
        describe("bindings' environment", variables),
        format!("bindings' random: {}", random()),
    ]
}

/// `ok` if random bytes survive the growth of their list, byte by byte.
fn random() -> &'static str {
    let mut bytes = host::random(5_000);
    let before = bytes.clone();
    for n in 0_u16..5_000 {
        bytes.push(n.to_le_bytes()[0]);
    }
    let kept = bytes[..before.len()] == before;
    let differ = before.iter().any(|&byte| byte != before[0]);
    if kept && differ && bytes.len() == 10_000 {
        "ok"
    } else {
        "not ok"
    }
}

#[cfg(all(target_os = "wasi", target_env = "p2"))]
mod host {
    use wasip2::cli::environment::{get_arguments, get_environment};
    use wasip2::random::random::get_random_bytes;

    pub(super) fn arguments() -> Vec<String> {
        let mut all = get_arguments();
        all.remove(0);
        all
    }

    pub(super) fn variables() -> Vec<(String, String)> {
        get_environment()
    }

    pub(super) fn random(count: u64) -> Vec<u8> {
        get_random_bytes(count)
    }
}

#[cfg(not(all(target_os = "wasi", target_env = "p2")))]
mod host {
    use std::env;
    use std::hash::{BuildHasher, RandomState};

    pub(super) fn arguments() -> Vec<String> {
        env::args().skip(1).collect()
    }

    pub(super) fn variables() -> Vec<(String, String)> {
        env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
            .collect()
    }

    pub(super) fn random(count: u64) -> Vec<u8> {
        let state = RandomState::new();
        (0..count)
            .map(|n| state.hash_one(n).to_le_bytes()[0])
            .collect()
    }
}
