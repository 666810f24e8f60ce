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
/// (seconds), or longer each time. What is asked for counts however long it is.
pub(super) fn wait(number: u32, retry_after: Option<&[u8]>) -> Duration {
    let asked = retry_after.and_then(seconds).map(Duration::from_secs);
    asked.unwrap_or_else(|| (FIRST_WAIT * 2_u32.saturating_pow(number)).min(LONGEST_WAIT))
}

/// The number of seconds in a header: more than fit are as many as fit, a fraction counts as a second.
fn seconds(value: &[u8]) -> Option<u64> {
    let value = value.trim_ascii();
    let point = value.iter().position(|byte| *byte == b'.');
    let (whole, fraction) = value.split_at(point.unwrap_or(value.len()));
    let fraction = fraction.get(1..).unwrap_or_default();
    let is_number = |digits: &[u8]| digits.iter().all(u8::is_ascii_digit);
    if whole.is_empty() || !is_number(whole) || !is_number(fraction) {
        return None;
    }
    let seconds = whole.iter().fold(0_u64, |sum, digit| {
        sum.saturating_mul(10)
            .saturating_add(u64::from(digit - b'0'))
    });
    let has_fraction = fraction.iter().any(|digit| *digit != b'0');
    Some(seconds.saturating_add(u64::from(has_fraction)))
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
        for (asked, seconds) in [
            ("4294967295", 4_294_967_295),
            ("4294967296", 4_294_967_296),
            ("99999999999999999999999999", u64::MAX),
            ("000000000000000000000000000007", 7),
            ("0.25", 1),
            ("30.0", 30),
            ("18446744073709551615.9", u64::MAX),
        ] {
            let wait = wait(0, Some(asked.as_bytes()));
            assert_eq!(wait, Duration::from_secs(seconds), "{asked}");
        }
        // A date, which no service of this kind sends, counts as nothing asked.
        for other in [
            &b"Wed, 21 Oct 2026 07:28:00 GMT"[..],
            b"-1",
            b"+1",
            b"\xff",
            b"",
            b".5",
            b"1 2",
            b"1e9",
        ] {
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
