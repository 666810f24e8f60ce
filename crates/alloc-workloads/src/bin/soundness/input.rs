//! Everything the host hands in.

use alloc_workloads::checksum::Fnv;
use std::env;
use std::fs;
use std::hash::{BuildHasher, DefaultHasher, Hash, Hasher, RandomState};
use std::io::{self, Read};
use std::path::Path;

/// One line on `items`: how many, how many bytes, and their checksum in order.
pub(crate) fn describe<T: AsRef<[u8]>>(what: &str, items: impl IntoIterator<Item = T>) -> String {
    let (mut count, mut bytes, mut sum) = (0_usize, 0_usize, Fnv::new());
    for item in items {
        let item = item.as_ref();
        count += 1;
        bytes += item.len();
        sum.add(&(item.len() as u64).to_le_bytes());
        sum.add(item);
    }
    format!("{what}: {count} items, {bytes} bytes, {:016x}", sum.value())
}

/// The arguments after the program's name.
pub(crate) fn args() -> Result<Vec<String>, String> {
    env::args_os()
        .skip(1)
        .map(|arg| {
            arg.into_string()
                .map_err(|arg| format!("argument {arg:?} is not UTF-8"))
        })
        .collect()
}

/// `NAME=VALUE` of every variable whose name begins with `prefix`, sorted.
pub(crate) fn environment(prefix: &str) -> Vec<String> {
    let mut variables: Vec<String> = env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
        .filter(|(name, _)| name.starts_with(prefix))
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    variables.sort();
    variables
}

/// The names in `dir`, sorted.
pub(crate) fn directory(dir: &Path) -> Result<Vec<String>, String> {
    let cannot = |error: io::Error| format!("cannot list `{}`: {error}", dir.display());
    let mut names = Vec::new();
    for entry in fs::read_dir(dir).map_err(cannot)? {
        names.push(
            entry
                .map_err(cannot)?
                .file_name()
                .to_string_lossy()
                .into_owned(),
        );
    }
    names.sort();
    Ok(names)
}

/// What the files called `names` in `dir` hold.
pub(crate) fn files(dir: &Path, names: &[String]) -> Result<Vec<Vec<u8>>, String> {
    names
        .iter()
        .map(|name| {
            let path = dir.join(name);
            fs::read(&path).map_err(|error| format!("cannot read `{}`: {error}", path.display()))
        })
        .collect()
}

/// All of standard input. The vector grows as it fills, so blocks from the host are resized.
pub(crate) fn stdin() -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    io::stdin()
        .lock()
        .read_to_end(&mut bytes)
        .map_err(|error| format!("cannot read standard input: {error}"))?;
    Ok(bytes)
}

/// `ok` if the keys of a hash map are the host's random bytes: without any they would be zero, which
/// is what [`DefaultHasher`] has.
pub(crate) fn random_bytes_arrive() -> &'static str {
    let mut unseeded = DefaultHasher::new();
    1_u8.hash(&mut unseeded);
    if RandomState::new().hash_one(1_u8) == unseeded.finish() {
        "not ok"
    } else {
        "ok"
    }
}
