//! Pieces of JSON schemas, for types whose members come from a list.

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde_json::{Value, json};

/// One of these words, each with its description.
#[must_use]
pub fn one_of<'a>(
    description: &str,
    words: impl IntoIterator<Item = (&'a str, &'a str)>,
) -> Schema {
    let word = |(word, description)| -> Value {
        json!({ "const": word, "description": description, "type": "string" })
    };
    let words: Vec<Value> = words.into_iter().map(word).collect();
    json_schema!({ "description": description, "oneOf": words })
}

/// A value of this type, with a description.
pub fn described<T: JsonSchema>(generator: &mut SchemaGenerator, description: &str) -> Value {
    let mut schema = generator.subschema_for::<T>();
    schema.insert("description".to_owned(), description.into());
    schema.to_value()
}
