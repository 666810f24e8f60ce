//! Random symbols by the grammar of RFC 2603, each with the crate that its parts say.

mod types;

use arbitrary::Unstructured;

/// How deep parts are nested in each other, which leaves room below [`super::MAX_DEPTH`]: a part may be
/// several of the reader's steps.
const MAX_NESTED: u32 = 12;

/// Paths that the reader reads for one symbol, back references followed: below [`super::MAX_PATHS`].
const MAX_PATHS: u32 = 500;

/// The same for what a back reference leads to, so that no chain of them is deeper than
/// [`super::MAX_DEPTH`].
const MAX_REFERENCED: u32 = 24;

const NAMES: [&str; 11] = [
    "f",
    "core",
    "alloc",
    "std",
    "my_crate",
    "_private",
    "123foo",
    "FnOnce",
    "Fn",
    "E",
    "a_name_that_is_longer_than_most_of_them_are_and_has_two_digits",
];

/// Names that are not ASCII, and their Punycode.
const PUNYCODE: [(&str, &str); 4] = [
    ("gödel", "gdel_5qa"),
    ("東京", "1lqs71d"),
    ("föö_bar", "f_bar_juaa"),
    ("русский", "h1acbxfam"),
];

pub(super) struct Symbol {
    pub(super) text: String,
    pub(super) krate: String,
    /// Whether the demangled text begins with the crate, as that of no impl does.
    pub(super) begins_with_crate: bool,
}

/// What is known of a path that was written.
#[derive(Clone)]
struct Path {
    krate: String,
    /// The outermost name; none for `<T as Trait>` and its like.
    last: Option<String>,
    begins_with_crate: bool,
    /// Paths read for it.
    reads: u32,
}

pub(super) fn random_symbol(random: &[u8]) -> Symbol {
    let mut writer = Writer {
        random: Unstructured::new(random),
        text: String::new(),
        paths: Vec::new(),
        types: Vec::new(),
        consts: Vec::new(),
        bound: 0,
        reads: 0,
    };
    let path = writer.path(0);
    if writer.maybe() {
        writer.instantiating_crate();
    }
    let prefix = writer.choose(&["_R", "_R", "_R", "_R", "__R", "R"]);
    let suffix = writer.choose(&["", "", "", "", ".llvm.0123456789ABCDEF", ".cold"]);
    Symbol {
        text: format!("{prefix}{}{suffix}", writer.text),
        krate: path.krate,
        begins_with_crate: path.begins_with_crate,
    }
}

struct Writer<'r> {
    random: Unstructured<'r>,
    /// The symbol after `_R`.
    text: String,
    /// Where which path was written; back references lead there.
    paths: Vec<(usize, Path)>,
    /// Types that are no path.
    types: Vec<usize>,
    consts: Vec<usize>,
    /// How many lifetimes the `for<...>` around this place bind.
    bound: u64,
    /// [`Path::reads`] so far.
    reads: u32,
}

impl Writer<'_> {
    /// Less than `end`; 0 when randomness is used up, which is why what ends soonest comes first.
    fn below(&mut self, end: usize) -> usize {
        self.random.int_in_range(0..=end - 1).unwrap_or(0)
    }

    fn maybe(&mut self) -> bool {
        self.below(2) == 1
    }

    fn choose<T: Copy>(&mut self, among: &[T]) -> T {
        among[self.below(among.len())]
    }

    fn push(&mut self, text: &str) {
        self.text.push_str(text);
    }

    fn base62(&mut self, value: u64) {
        self.text.push_str(&base62(value));
    }

    fn disambiguator(&mut self) {
        if self.maybe() {
            self.push("s");
            let value = match self.below(3) {
                0 => 0,
                1 => 7,
                _ => self.random.arbitrary::<u32>().unwrap_or(1).into(),
            };
            self.base62(value);
        }
    }

    /// Writes a name, and gives it as people read it.
    fn name(&mut self) -> String {
        if self.below(8) == 7 {
            let (name, written) = self.choose(&PUNYCODE);
            self.push("u");
            self.plain(written);
            return name.to_owned();
        }
        let name = self.choose(&NAMES);
        self.plain(name);
        name.to_owned()
    }

    fn plain(&mut self, name: &str) {
        self.push(&name.len().to_string());
        // A digit would belong to the length.
        if name.starts_with(|c: char| c.is_ascii_digit() || c == '_') {
            self.push("_");
        }
        self.push(name);
    }

    fn path(&mut self, nested: u32) -> Path {
        let start = self.text.len();
        let is_full = nested >= MAX_NESTED || self.reads >= MAX_PATHS - MAX_REFERENCED;
        let path = match if is_full { 0 } else { self.below(12) } {
            0 => self.crate_root(),
            1 | 2 => match self.path_before(|_| true) {
                Some(path) => return path,
                None => self.crate_root(),
            },
            3..=5 => self.nested_path(nested),
            6 => self.impl_path("M", nested),
            7 => self.impl_path("X", nested),
            8 | 9 => self.provided_path(nested),
            _ => self.instance_path(nested),
        };
        self.remember(start, &path);
        path
    }

    fn crate_root(&mut self) -> Path {
        self.push("C");
        self.disambiguator();
        self.reads += 1;
        let krate = self.name();
        Path {
            last: Some(krate.clone()),
            krate,
            begins_with_crate: true,
            reads: 1,
        }
    }

    fn nested_path(&mut self, nested: u32) -> Path {
        self.push("N");
        // A module, type, value or macro; a closure or shim; any other.
        let space = self.choose(b"tvmCSabnuAZ");
        self.text.push(space.into());
        let outer = self.path(nested + 1);
        self.disambiguator();
        let last = if self.below(4) == 0 {
            self.push("0");
            String::new()
        } else {
            self.name()
        };
        self.read(Path {
            last: Some(last),
            ..outer
        })
    }

    /// An inherent impl (`M`) or one of a trait (`X`).
    fn impl_path(&mut self, tag: &str, nested: u32) -> Path {
        self.push(tag);
        self.disambiguator();
        let of = self.path(nested + 1);
        self.write_type(nested + 1);
        if tag == "X" {
            self.trait_path(nested + 1);
        }
        self.read(Path {
            last: None,
            begins_with_crate: false,
            ..of
        })
    }

    /// `<T as Trait>`.
    fn provided_path(&mut self, nested: u32) -> Path {
        self.push("Y");
        let of = self.write_type(nested + 1);
        let defined = self.trait_path(nested + 1);
        let last = defined.last.as_deref();
        let is_call = defined.krate == "core"
            && last.is_some_and(|last| ["Fn", "FnMut", "FnOnce"].contains(&last));
        let reads = of.as_ref().map_or(0, |of| of.reads) + defined.reads;
        let krate = match of {
            Some(of) if is_call => of.krate,
            _ => defined.krate,
        };
        self.read(Path {
            krate,
            last: None,
            begins_with_crate: false,
            reads,
        })
    }

    fn instance_path(&mut self, nested: u32) -> Path {
        self.push("I");
        let of = self.path(nested + 1);
        self.list(|this| this.argument(nested + 1));
        self.read(of)
    }

    /// A path that names something: each trait's does.
    fn trait_path(&mut self, nested: u32) -> Path {
        let start = self.text.len();
        let path = match self.below(4) {
            0 => self.call_trait(),
            1 => match self.path_before(|path| path.last.is_some()) {
                Some(path) => return path,
                None => self.call_trait(),
            },
            2 if nested < MAX_NESTED => {
                self.push("I");
                let of = self.trait_path(nested + 1);
                self.list(|this| this.argument(nested + 1));
                self.read(of)
            }
            _ if nested < MAX_NESTED => self.nested_path(nested),
            _ => self.call_trait(),
        };
        self.remember(start, &path);
        path
    }

    /// `core::ops::function::FnOnce` and its like.
    fn call_trait(&mut self) -> Path {
        self.push("NtNtNtC");
        self.disambiguator();
        self.push("4core3ops8function");
        let last = self.choose(&["Fn", "FnMut", "FnOnce"]);
        self.plain(last);
        self.reads += 4;
        Path {
            krate: "core".to_owned(),
            last: Some(last.to_owned()),
            begins_with_crate: true,
            reads: 4,
        }
    }

    /// A back reference to a path that `is` holds for.
    fn path_before(&mut self, is: impl Fn(&Path) -> bool) -> Option<Path> {
        let fits = |(_, path): &&(usize, Path)| path.reads <= MAX_REFERENCED && is(path);
        let fitting = self.paths.iter().filter(fits).count();
        if fitting == 0 {
            return None;
        }
        let chosen = self.below(fitting);
        let (at, path) = self.paths.iter().filter(fits).nth(chosen)?.clone();
        self.back_reference(at);
        self.reads += path.reads;
        Some(self.read(path))
    }

    fn back_reference(&mut self, to: usize) {
        self.push("B");
        self.base62(to as u64);
    }

    fn place_before(&mut self, among: fn(&Self) -> &[usize]) -> bool {
        let len = among(self).len();
        if len > 0 {
            let chosen = self.below(len);
            let to = among(self)[chosen];
            self.back_reference(to);
        }
        len > 0
    }

    fn read(&mut self, path: Path) -> Path {
        self.reads += 1;
        Path {
            reads: path.reads + 1,
            ..path
        }
    }

    /// NB: not inside of a `for<...>`, whose lifetimes are none elsewhere.
    fn remember(&mut self, at: usize, path: &Path) {
        if self.bound == 0 {
            self.paths.push((at, path.clone()));
        }
    }

    fn list(&mut self, mut item: impl FnMut(&mut Self)) {
        while self.below(3) != 0 {
            item(self);
        }
        self.push("E");
    }

    fn instantiating_crate(&mut self) {
        let is_root = |path: &Path| path.reads == 1;
        if self.below(3) == 0 || self.path_before(is_root).is_none() {
            self.crate_root();
        }
    }
}

/// `_` is 0, `0_` is 1, and so on.
pub(super) fn base62(value: u64) -> String {
    const DIGITS: &[u8; 62] = b"0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
    let mut text = "_".to_owned();
    let mut rest = value;
    while rest > 0 {
        rest -= u64::from(text == "_");
        let digit = usize::try_from(rest % 62).expect("below 62");
        text.insert(0, DIGITS[digit].into());
        rest /= 62;
    }
    text
}
