//! Types, constants and lifetimes of random symbols.

use super::{MAX_NESTED, Path, Writer};

/// Types that are one letter, `()` and `!` among them.
const BASIC_TYPES: &[u8] = b"bceuaslxnihtmyojfdzpv";

impl Writer<'_> {
    pub(super) fn argument(&mut self, nested: u32) {
        match self.below(5) {
            0 => self.lifetime(),
            1 => {
                self.push("K");
                self.write_const(nested);
            }
            _ => {
                self.write_type(nested);
            }
        }
    }

    fn lifetime(&mut self) {
        self.push("L");
        let bound = usize::try_from(self.bound).expect("few");
        let index = self.below(bound + 1);
        self.base62(index as u64);
    }

    /// `for<'a, 'b>` around `inner`, or nothing.
    fn binder(&mut self, inner: impl FnOnce(&mut Self)) {
        let lifetimes = self.below(4) as u64;
        if lifetimes > 0 {
            self.push("G");
            self.base62(lifetimes - 1);
        }
        self.bound += lifetimes;
        inner(self);
        self.bound -= lifetimes;
    }

    /// Writes a type; its path when it is one.
    pub(super) fn write_type(&mut self, nested: u32) -> Option<Path> {
        let start = self.text.len();
        match if nested >= MAX_NESTED {
            0
        } else {
            self.below(16)
        } {
            0 => {
                let letter = self.choose(BASIC_TYPES);
                self.text.push(letter.into());
                return None;
            }
            1 | 2 => {
                let tag = self.choose(&["R", "Q"]);
                self.push(tag);
                if self.maybe() {
                    self.lifetime();
                }
                self.write_type(nested + 1);
            }
            3 => {
                let tag = self.choose(&["P", "O", "S"]);
                self.push(tag);
                self.write_type(nested + 1);
            }
            4 => {
                self.push("A");
                self.write_type(nested + 1);
                self.write_const(nested + 1);
            }
            5 | 6 => {
                self.push("T");
                self.list(|this| {
                    this.write_type(nested + 1);
                });
            }
            7 => self.function_type(nested),
            8 => self.dyn_type(nested),
            9 => {
                self.push("W");
                self.write_type(nested + 1);
                self.pattern(nested + 1);
            }
            10 | 11 if self.place_before(|this| &this.types) => return None,
            _ => return Some(self.path(nested + 1)),
        }
        if self.bound == 0 {
            self.types.push(start);
        }
        None
    }

    fn function_type(&mut self, nested: u32) {
        self.push("F");
        self.binder(|this| {
            let modifiers = ["", "U", "KC", "UKC", "K6system", "UK8C_unwind"];
            let modifiers = this.choose(&modifiers);
            this.push(modifiers);
            this.list(|this| {
                if this.below(8) == 7 {
                    this.push("w");
                }
                this.write_type(nested + 1);
            });
            this.write_type(nested + 1);
        });
    }

    fn dyn_type(&mut self, nested: u32) {
        self.push("D");
        self.binder(|this| {
            this.list(|this| {
                this.trait_path(nested + 1);
                while this.below(3) == 2 {
                    this.push("p");
                    this.name();
                    if this.maybe() {
                        this.push("K");
                        this.write_const(nested + 1);
                    } else {
                        this.write_type(nested + 1);
                    }
                }
            });
        });
        self.lifetime();
    }

    fn pattern(&mut self, nested: u32) {
        match if nested >= MAX_NESTED {
            0
        } else {
            self.below(3)
        } {
            0 => self.push("N"),
            1 => {
                self.push("R");
                self.write_const(nested + 1);
                self.write_const(nested + 1);
            }
            _ => {
                self.push("O");
                self.pattern(nested + 1);
                self.list(|this| this.pattern(nested + 1));
            }
        }
    }

    fn write_const(&mut self, nested: u32) {
        let start = self.text.len();
        match if nested >= MAX_NESTED {
            0
        } else {
            self.below(8)
        } {
            0..=2 => {
                let value = [
                    "j7b_",
                    "p",
                    "b0_",
                    "b1_",
                    "c61_",
                    "c1f600_",
                    "e_",
                    "e616263_",
                    "ec3b6_",
                    "anb_",
                    "i0_",
                    "off00ff00ff00ff00ff_",
                    "Re616263_",
                    "h0_",
                    "xn7_",
                ];
                let value = self.choose(&value);
                self.push(value);
            }
            3 => {
                let tag = self.choose(&["R", "Q"]);
                self.push(tag);
                self.write_const(nested + 1);
            }
            4 => {
                let tag = self.choose(&["A", "T"]);
                self.push(tag);
                self.list(|this| this.write_const(nested + 1));
            }
            5 if self.place_before(|this| &this.consts) => return,
            _ => self.variant(nested),
        }
        if self.bound == 0 {
            self.consts.push(start);
        }
    }

    /// A value of a struct or of an enum.
    fn variant(&mut self, nested: u32) {
        self.push("V");
        self.path(nested + 1);
        match self.below(3) {
            0 => self.push("U"),
            1 => {
                self.push("T");
                self.list(|this| this.write_const(nested + 1));
            }
            _ => {
                self.push("S");
                self.list(|this| {
                    this.disambiguator();
                    this.name();
                    this.write_const(nested + 1);
                });
            }
        }
    }
}
