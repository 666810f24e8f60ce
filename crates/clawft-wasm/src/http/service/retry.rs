//! Whether and when to try again.

use std::time::Duration;

/// The wait before the second attempt; doubled for each further one.
const FIRST_WAIT: Duration = Duration::from_millis(500);

/// The longest wait that nobody has asked for.
const LONGEST_WAIT: Duration = Duration::from_secs(8);

/// Whether a service that answers with `status` may answer otherwise later.
pub(super) fn may_pass(status: u16) -> bool {
    status == 429 || (500..600).contains(&status)
}

/// How long to wait after failed attempt `number`, from 0: as the service asks in `Retry-After`
/// (seconds), or longer each time.
pub(super) fn wait(number: u32, retry_after: Option<&[u8]>) -> Duration {
    let asked = retry_after
        .and_then(|value| str::from_utf8(value).ok())
        .and_then(|value| value.trim().parse().ok())
        .map(|seconds: u32| Duration::from_secs(u64::from(seconds)));
    asked.unwrap_or_else(|| (FIRST_WAIT * 2_u32.saturating_pow(number)).min(LONGEST_WAIT))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_a_limit_unless_the_service_asks_for_another() {
        let waits: Vec<u128> = (0..6)
            .map(|number| wait(number, None).as_millis())
            .collect();
        assert_eq!(waits, [500, 1000, 2000, 4000, 8000, 8000]);
        assert_eq!(wait(3, Some(b" 2 ")), Duration::from_secs(2));
        assert_eq!(wait(0, Some(b"0")), Duration::ZERO);
        // A date, which no service of this kind sends, counts as nothing asked.
        for other in [&b"Wed, 21 Oct 2026 07:28:00 GMT"[..], b"-1", b"\xff", b""] {
            assert_eq!(wait(0, Some(other)), FIRST_WAIT);
        }
        assert_eq!(wait(u32::MAX, None), LONGEST_WAIT);
    }

    #[test]
    fn only_what_may_pass_is_tried_again() {
        for status in [429, 500, 502, 503, 599] {
            assert!(may_pass(status), "{status}");
        }
        for status in [200, 301, 400, 401, 404, 413, 600] {
            assert!(!may_pass(status), "{status}");
        }
    }
}
