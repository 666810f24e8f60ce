//! The sections of a component, entry by entry, with every index in them in sight.
//!
//! A copy of an entry is the same bytes but for the indices, which a function of the caller's maps. So one
//! reading of the grammar serves to find what an entry refers to and to write it with other indices.

use crate::binary::{COMPONENT, CORE_MODULE, CUSTOM, push_section, sections};
use crate::component::index_space::{ALIAS, CORE_INSTANCE, INSTANCE};
use crate::component::levels::WalkError;
use wasm_encoder::Encode as _;
use wasmparser::{BinaryReader, CoreType};

pub(super) const CORE_TYPE: u8 = 3;
pub(super) const TYPE: u8 = 7;
pub(super) const CANON: u8 = 8;
pub(super) const IMPORT: u8 = 10;
pub(super) const EXPORT: u8 = 11;

/// An index space of a component.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Space {
    CoreFunc,
    CoreTable,
    CoreMemory,
    CoreGlobal,
    CoreTag,
    CoreType,
    CoreModule,
    CoreInstance,
    Func,
    Type,
    Component,
    Instance,
}

/// A mention of an entry of an index space.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Mention {
    /// Whose index space it is: 0 is that of the outermost component, 1 that of a type or a component
    /// in it, and so on.
    pub(super) scope: u32,
    pub(super) space: Space,
    pub(super) index: u32,
}

/// Gives each mention its new index.
pub(super) type Map<'m> = &'m mut dyn FnMut(Mention) -> Result<u32>;

/// Copies entries.
pub(super) struct Copier<'a, 'm> {
    bytes: &'a [u8],
    reader: BinaryReader<'a>,
    pub(super) out: Vec<u8>,
    /// How many types or components the entry is in.
    level: u32,
    map: Map<'m>,
}

type Result<T = ()> = std::result::Result<T, WalkError>;

impl<'a, 'm> Copier<'a, 'm> {
    /// Copies from `bytes`, which are in `level` types or components.
    pub(super) fn new(bytes: &'a [u8], level: u32, map: Map<'m>) -> Self {
        Self {
            bytes,
            reader: BinaryReader::new(bytes, 0),
            out: Vec::new(),
            level,
            map,
        }
    }

    /// How much is read.
    pub(super) fn position(&self) -> usize {
        self.reader.current_position()
    }

    /// Copies the next entry of a section of the component. Returns which index space gets an entry by it.
    pub(super) fn entry(&mut self, section: u8) -> Result<Option<Space>> {
        Ok(match section {
            CORE_INSTANCE => {
                self.core_instance()?;
                Some(Space::CoreInstance)
            }
            CORE_TYPE => {
                self.core_type()?;
                Some(Space::CoreType)
            }
            INSTANCE => {
                self.instance()?;
                Some(Space::Instance)
            }
            ALIAS => Some(self.alias()?),
            TYPE => {
                self.type_()?;
                Some(Space::Type)
            }
            CANON => Some(self.canon()?),
            IMPORT => {
                self.extern_name()?;
                Some(self.extern_type()?)
            }
            EXPORT => {
                self.extern_name()?;
                let space = self.sort()?;
                self.index(space, 0)?;
                if self.byte()? == 1 {
                    self.extern_type()?;
                }
                Some(space)
            }
            _ => return Err(WalkError::Unknown("a section")),
        })
    }

    /// Copies a component, which is in `level` others.
    pub(super) fn component(bytes: &[u8], level: u32, map: Map<'_>) -> Result<Vec<u8>> {
        let (kind, sections) = sections(bytes, 0)?;
        let mut out = crate::binary::header(kind);
        for section in sections {
            let body = match section.id {
                CUSTOM | CORE_MODULE => section.body.to_vec(),
                COMPONENT => Self::component(section.body, level + 1, map)?,
                id => {
                    let mut copier = Copier::new(section.body, level, map);
                    let count = copier.count()?;
                    for _ in 0..count {
                        copier.entry(id)?;
                    }
                    copier.out
                }
            };
            push_section(&mut out, section.id, &body);
        }
        Ok(out)
    }

    pub(super) fn byte(&mut self) -> Result<u8> {
        let byte = self.reader.read_u8()?;
        self.out.push(byte);
        Ok(byte)
    }

    /// Copies a number that is not an index.
    pub(super) fn count(&mut self) -> Result<u32> {
        let number = self.reader.read_var_u32()?;
        number.encode(&mut self.out);
        Ok(number)
    }

    pub(super) fn string(&mut self) -> Result<&'a str> {
        let text = self.reader.read_string()?;
        text.encode(&mut self.out);
        Ok(text)
    }

    fn mapped(&mut self, space: Space, outwards: u32, index: u32) -> Result<u32> {
        let scope = self.level.checked_sub(outwards);
        (self.map)(Mention {
            scope: scope.ok_or(WalkError::Unknown("an alias of something outside"))?,
            space,
            index,
        })
    }

    fn index(&mut self, space: Space, outwards: u32) -> Result {
        let index = self.reader.read_var_u32()?;
        self.mapped(space, outwards, index)?.encode(&mut self.out);
        Ok(())
    }

    fn each(&mut self, mut copy: impl FnMut(&mut Self) -> Result) -> Result {
        for _ in 0..self.count()? {
            copy(self)?;
        }
        Ok(())
    }

    fn core_instance(&mut self) -> Result {
        match self.byte()? {
            0x00 => {
                self.index(Space::CoreModule, 0)?;
                self.each(|it| {
                    it.string()?;
                    it.byte()?;
                    it.index(Space::CoreInstance, 0)
                })
            }
            0x01 => self.each(|it| {
                it.string()?;
                let space = it.core_sort()?;
                it.index(space, 0)
            }),
            _ => Err(WalkError::Unknown("a core instance")),
        }
    }

    fn instance(&mut self) -> Result {
        match self.byte()? {
            0x00 => {
                self.index(Space::Component, 0)?;
                self.each(|it| {
                    it.string()?;
                    let space = it.sort()?;
                    it.index(space, 0)
                })
            }
            0x01 => self.each(|it| {
                it.extern_name()?;
                let space = it.sort()?;
                it.index(space, 0)
            }),
            _ => Err(WalkError::Unknown("an instance")),
        }
    }

    pub(super) fn alias(&mut self) -> Result<Space> {
        let space = self.sort()?;
        match self.byte()? {
            0x00 => self.index(Space::Instance, 0)?,
            0x01 => self.index(Space::CoreInstance, 0)?,
            0x02 => {
                let outwards = self.count()?;
                self.index(space, outwards)?;
                return Ok(space);
            }
            _ => return Err(WalkError::Unknown("an alias")),
        }
        self.string()?;
        Ok(space)
    }

    pub(super) fn sort(&mut self) -> Result<Space> {
        Ok(match self.byte()? {
            0x00 => self.core_sort()?,
            0x01 => Space::Func,
            0x03 => Space::Type,
            0x04 => Space::Component,
            0x05 => Space::Instance,
            _ => return Err(WalkError::Unknown("a value or something of another sort")),
        })
    }

    fn core_sort(&mut self) -> Result<Space> {
        Ok(match self.byte()? {
            0x00 => Space::CoreFunc,
            0x01 => Space::CoreTable,
            0x02 => Space::CoreMemory,
            0x03 => Space::CoreGlobal,
            0x04 => Space::CoreTag,
            0x10 => Space::CoreType,
            0x11 => Space::CoreModule,
            0x12 => Space::CoreInstance,
            _ => return Err(WalkError::Unknown("a core item of another sort")),
        })
    }

    /// The name of an import or export.
    pub(super) fn extern_name(&mut self) -> Result<&'a str> {
        let options = self.byte()?;
        let name = self.string()?;
        match options {
            0x00 | 0x01 => {}
            0x02 => self.each(|it| {
                it.byte()?;
                it.string()?;
                Ok(())
            })?,
            _ => return Err(WalkError::Unknown("a name of another form")),
        }
        Ok(name)
    }

    /// The type of an import or export. Returns where it makes an entry.
    pub(super) fn extern_type(&mut self) -> Result<Space> {
        let space = self.sort()?;
        match space {
            Space::CoreModule => self.index(Space::CoreType, 0)?,
            Space::Func | Space::Component | Space::Instance => self.index(Space::Type, 0)?,
            // Of a type only that it is some resource, or that it equals another one.
            Space::Type => match self.byte()? {
                0x00 => self.index(Space::Type, 0)?,
                0x01 => {}
                _ => return Err(WalkError::Unknown("a bound of a type")),
            },
            _ => return Err(WalkError::Unknown("an import or export of another sort")),
        }
        Ok(space)
    }

    /// Core types stay as they are, and none of them ever goes.
    fn core_type(&mut self) -> Result {
        let start = self.position();
        self.reader.read::<CoreType<'_>>()?;
        self.out
            .extend_from_slice(&self.bytes[start..self.position()]);
        Ok(())
    }

    fn type_(&mut self) -> Result {
        match self.byte()? {
            // A resource.
            0x3f => {
                // Its representation in core code, a number type.
                self.byte()?;
                if self.byte()? == 1 {
                    self.index(Space::CoreFunc, 0)?;
                }
                Ok(())
            }
            0x40 | 0x43 => {
                self.each(|it| {
                    it.string()?;
                    it.value_type()
                })?;
                self.results()
            }
            0x41 | 0x42 => {
                self.level += 1;
                self.each(|it| it.declaration().map(|_| ()))?;
                self.level -= 1;
                Ok(())
            }
            other => self.defined_type(other),
        }
    }

    /// Copies a declaration in a component or instance type. Returns where it makes an entry.
    pub(super) fn declaration(&mut self) -> Result<Space> {
        match self.byte()? {
            0x00 => {
                self.core_type()?;
                Ok(Space::CoreType)
            }
            0x01 => {
                self.type_()?;
                Ok(Space::Type)
            }
            0x02 => self.alias(),
            0x03 | 0x04 => {
                self.extern_name()?;
                self.extern_type()
            }
            _ => Err(WalkError::Unknown("a declaration")),
        }
    }

    fn defined_type(&mut self, code: u8) -> Result {
        match code {
            0x64 | 0x73..=0x7f => Ok(()),
            0x72 => self.each(|it| {
                it.string()?;
                it.value_type()
            }),
            0x71 => self.each(|it| {
                it.string()?;
                it.optional_value_type()?;
                it.byte().map(|_| ())
            }),
            0x70 | 0x6b => self.value_type(),
            0x63 => {
                self.value_type()?;
                self.value_type()
            }
            0x6f => self.each(Self::value_type),
            0x6e | 0x6d => self.each(|it| it.string().map(|_| ())),
            0x6a => {
                self.optional_value_type()?;
                self.optional_value_type()
            }
            0x69 | 0x68 => self.index(Space::Type, 0),
            0x67 => {
                self.value_type()?;
                self.count().map(|_| ())
            }
            0x66 | 0x65 => self.optional_value_type(),
            _ => Err(WalkError::Unknown("a type")),
        }
    }

    fn value_type(&mut self) -> Result {
        if let Some(0x64 | 0x73..=0x7f) = self.bytes.get(self.position()) {
            self.byte()?;
            return Ok(());
        }
        let index = u32::try_from(self.reader.read_var_s33()?);
        let index = index.map_err(|_| WalkError::Unknown("a value type"))?;
        i64::from(self.mapped(Space::Type, 0, index)?).encode(&mut self.out);
        Ok(())
    }

    fn optional_value_type(&mut self) -> Result {
        match self.byte()? {
            0x00 => Ok(()),
            0x01 => self.value_type(),
            _ => Err(WalkError::Unknown("a value type")),
        }
    }

    fn results(&mut self) -> Result {
        match self.byte()? {
            0x00 => self.value_type(),
            0x01 => self.byte().map(|_| ()),
            _ => Err(WalkError::Unknown("results of a function")),
        }
    }

    fn canon(&mut self) -> Result<Space> {
        let mut made = Space::CoreFunc;
        match self.byte()? {
            // lift
            0x00 => {
                self.byte()?;
                self.index(Space::CoreFunc, 0)?;
                self.options()?;
                self.index(Space::Type, 0)?;
                made = Space::Func;
            }
            // lower
            0x01 => {
                self.byte()?;
                self.index(Space::Func, 0)?;
                self.options()?;
            }
            // resource.new, .drop and .rep; of streams and futures: new, forward, drop-readable and
            // drop-writable
            0x02..=0x04 | 0x0e | 0x13..=0x15 | 0x1a | 0x1b | 0x2e | 0x2f => {
                self.index(Space::Type, 0)?;
            }
            // task.return
            0x09 => {
                self.results()?;
                self.options()?;
            }
            // stream.read and .write, future.read and .write
            0x0f | 0x10 | 0x16 | 0x17 => {
                self.index(Space::Type, 0)?;
                self.options()?;
            }
            // cancel-read and cancel-write of both
            0x11 | 0x12 | 0x18 | 0x19 => {
                self.index(Space::Type, 0)?;
                self.byte()?;
            }
            // backpressure.inc and .dec, task.cancel, subtask.drop, error-context.drop, waitable-set.new
            // and .drop, waitable.join, thread.index
            0x24 | 0x25 | 0x05 | 0x0d | 0x1e | 0x1f | 0x22 | 0x23 | 0x26 => {}
            // subtask.cancel, thread.yield
            0x06 | 0x0c => {
                self.byte()?;
            }
            // context.get and .set
            0x0a | 0x0b => {
                self.byte()?;
                self.count()?;
            }
            // error-context.new and .debug-message
            0x1c | 0x1d => self.options()?,
            // waitable-set.wait and .poll
            0x20 | 0x21 => {
                self.byte()?;
                self.index(Space::CoreMemory, 0)?;
            }
            _ => return Err(WalkError::Unknown("a canonical function")),
        }
        Ok(made)
    }

    fn options(&mut self) -> Result {
        self.each(|it| match it.byte()? {
            0x00..=0x02 | 0x06 | 0x09 => Ok(()),
            0x03 => it.index(Space::CoreMemory, 0),
            0x04 | 0x05 | 0x07 => it.index(Space::CoreFunc, 0),
            0x08 => it.index(Space::CoreType, 0),
            _ => Err(WalkError::Unknown("a canonical option")),
        })
    }
}
