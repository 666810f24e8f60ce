//! The core modules and core instances of each component around the place that is being read.
//!
//! A component may use what the components around it define, so who follows core modules through a file keeps
//! the index spaces of all levels. What a core instance is to the reader is the reader's own type.

use super::index_space::{Added, Origin, added};
use crate::binary::{BinaryError, Section};
use crate::core_modules::IndexPath;

/// Why a component can't be followed.
#[derive(Debug, thiserror::Error)]
pub(super) enum WalkError {
    #[error(transparent)]
    Binary(#[from] BinaryError),
    #[error("{0}")]
    Section(#[from] wasmparser::Error),
    #[error("it has {0}, which is not known")]
    Unknown(&'static str),
    #[error("it is a core module, no component")]
    NoComponent,
}

/// The index spaces of one component, as far as they are read.
pub(super) struct Level<I> {
    /// Where the component is in the file.
    pub(super) path: Vec<usize>,
    /// `None` is what can't be seen.
    modules: Vec<Option<IndexPath>>,
    /// What each core instance is.
    pub(super) instances: Vec<I>,
}

/// The components around the place that is being read, the outermost first.
pub(super) struct Levels<I>(Vec<Level<I>>);

impl<I> Levels<I> {
    /// Before the first byte.
    pub(super) const fn new() -> Self {
        Self(Vec::new())
    }

    /// A component begins.
    pub(super) fn enter(&mut self, path: Vec<usize>) {
        self.0.push(Level {
            path,
            modules: Vec::new(),
            instances: Vec::new(),
        });
    }

    /// The innermost component ends.
    pub(super) fn leave(&mut self) -> Option<Level<I>> {
        self.0.pop()
    }

    /// The innermost component.
    ///
    /// # Errors
    ///
    /// When there is none: the file is a core module.
    pub(super) fn here(&self) -> Result<&Level<I>, WalkError> {
        self.0.last().ok_or(WalkError::NoComponent)
    }

    fn here_mut(&mut self) -> Result<&mut Level<I>, WalkError> {
        self.0.last_mut().ok_or(WalkError::NoComponent)
    }

    /// Adds a core module that is defined here.
    ///
    /// # Errors
    ///
    /// When no component is being read.
    pub(super) fn define(&mut self, module: IndexPath) -> Result<(), WalkError> {
        self.here_mut()?.modules.push(Some(module));
        Ok(())
    }

    /// Adds the core modules that a section brings from somewhere else.
    ///
    /// # Errors
    ///
    /// When the section can't be read or no component is being read.
    pub(super) fn bring(&mut self, section: &Section<'_>) -> Result<(), WalkError> {
        for added in added(section)? {
            if let Added::Module(origin) = added {
                let module = match origin {
                    Origin::Outer { count, index } => self.module(count, index),
                    // NB: one that is defined here is a part of its own on the way.
                    Origin::Here | Origin::Elsewhere => None,
                };
                self.here_mut()?.modules.push(module);
            }
        }
        Ok(())
    }

    /// Adds a core instance.
    ///
    /// # Errors
    ///
    /// When no component is being read.
    pub(super) fn instantiate(&mut self, made: I) -> Result<(), WalkError> {
        self.here_mut()?.instances.push(made);
        Ok(())
    }

    /// The core module at `index` of the component `count` levels out, if it is in this file.
    pub(super) fn module(&self, count: u32, index: u32) -> Option<IndexPath> {
        let level = self.0.iter().rev().nth(usize::try_from(count).ok()?)?;
        let module = level.modules.get(usize::try_from(index).ok()?);
        module.cloned().flatten()
    }

    /// The core instance at `index` of the innermost component.
    pub(super) fn instance(&self, index: u32) -> Option<&I> {
        let index = usize::try_from(index).ok()?;
        self.0.last()?.instances.get(index)
    }
}
