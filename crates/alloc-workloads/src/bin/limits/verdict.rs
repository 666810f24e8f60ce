//! What a part of the program has to say: nothing, or what went wrong.

use std::borrow::Cow;

/// Fine, or what was found instead of what was expected.
pub(crate) type Verdict = Result<(), Cow<'static, str>>;

/// Fine if `holds`, else what `otherwise` says.
pub(crate) fn ensure(holds: bool, otherwise: impl FnOnce() -> String) -> Verdict {
    if holds {
        Ok(())
    } else {
        Err(Cow::Owned(otherwise()))
    }
}

/// [`ensure`] for when there may be no memory to say more.
pub(crate) fn ensure_quietly(holds: bool, otherwise: &'static str) -> Verdict {
    if holds {
        Ok(())
    } else {
        Err(Cow::Borrowed(otherwise))
    }
}
