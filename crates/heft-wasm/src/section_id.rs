//! Section ids, and what the sections are called.
//!
//! From the core specification (<https://webassembly.github.io/spec/core/binary/modules.html>) and the
//! component model's (<https://github.com/WebAssembly/component-model/blob/main/design/mvp/Binary.md>).

/// A custom section, in modules and components.
pub const CUSTOM: u8 = 0;

/// Sections of a core module.
pub mod module {
    /// Types of functions and others.
    pub const TYPE: u8 = 1;
    /// What is imported.
    pub const IMPORT: u8 = 2;
    /// The types of its own functions.
    pub const FUNCTION: u8 = 3;
    /// Its own tables.
    pub const TABLE: u8 = 4;
    /// Its own memories.
    pub const MEMORY: u8 = 5;
    /// Its own globals.
    pub const GLOBAL: u8 = 6;
    /// What is exported.
    pub const EXPORT: u8 = 7;
    /// The function that runs first.
    pub const START: u8 = 8;
    /// What is in tables.
    pub const ELEMENT: u8 = 9;
    /// The bodies of its own functions.
    pub const CODE: u8 = 10;
    /// What is in memories.
    pub const DATA: u8 = 11;
    /// How many data segments there are.
    pub const DATA_COUNT: u8 = 12;
    /// Its own tags of exceptions.
    pub const TAG: u8 = 13;

    pub(super) const NAMES: [&str; 14] = [
        "custom",
        "type",
        "import",
        "function",
        "table",
        "memory",
        "global",
        "export",
        "start",
        "element",
        "code",
        "data",
        "data count",
        "tag",
    ];
}

/// Sections of a component.
pub mod component {
    /// A core module.
    pub const CORE_MODULE: u8 = 1;
    /// Instances of core modules.
    pub const CORE_INSTANCE: u8 = 2;
    /// Types of core modules and their parts.
    pub const CORE_TYPE: u8 = 3;
    /// A component.
    pub const COMPONENT: u8 = 4;
    /// Instances of components.
    pub const INSTANCE: u8 = 5;
    /// Other names for parts of instances, and for what is around the component.
    pub const ALIAS: u8 = 6;
    /// Types.
    pub const TYPE: u8 = 7;
    /// Functions between core modules and components.
    pub const CANONICAL: u8 = 8;
    /// The function that runs first.
    pub const START: u8 = 9;
    /// What is imported.
    pub const IMPORT: u8 = 10;
    /// What is exported.
    pub const EXPORT: u8 = 11;
    /// Values.
    pub const VALUE: u8 = 12;

    pub(super) const NAMES: [&str; 13] = [
        "custom",
        "core module",
        "core instance",
        "core type",
        "component",
        "instance",
        "alias",
        "type",
        "canonical",
        "start",
        "import",
        "export",
        "value",
    ];
}

/// What a section of a core module is called.
#[must_use]
pub fn name_in_module(id: u8) -> Option<&'static str> {
    module::NAMES.get(usize::from(id)).copied()
}

/// What a section of a component is called.
#[must_use]
pub fn name_in_component(id: u8) -> Option<&'static str> {
    component::NAMES.get(usize::from(id)).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_of_the_ids() {
        for (id, name) in [
            (CUSTOM, "custom"),
            (module::TYPE, "type"),
            (module::ELEMENT, "element"),
            (module::CODE, "code"),
            (module::TAG, "tag"),
        ] {
            assert_eq!(name_in_module(id), Some(name));
        }
        for (id, name) in [
            (component::CORE_MODULE, "core module"),
            (component::COMPONENT, "component"),
            (component::CANONICAL, "canonical"),
            (component::VALUE, "value"),
        ] {
            assert_eq!(name_in_component(id), Some(name));
        }
        assert_eq!((name_in_module(14), name_in_component(13)), (None, None));
    }
}
