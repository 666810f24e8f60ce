//! What wasm-bindgen carries between JavaScript and Rust: text, numbers, lists, objects of both sides,
//! errors and functions.
#![cfg(target_arch = "wasm32")]

use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    /// A function of the host's.
    #[wasm_bindgen(js_namespace = console, js_name = log)]
    fn print(text: &str);

    /// One that calls back.
    #[wasm_bindgen(js_namespace = Array, js_name = from)]
    fn map(numbers: Vec<u32>, with: &mut dyn FnMut(u32) -> String) -> JsValue;

    /// An object of the host's.
    pub type Listener;

    #[wasm_bindgen(method)]
    fn hear(this: &Listener, word: &str);
}

/// An object that lives in the module.
#[wasm_bindgen]
pub struct Words {
    words: Vec<String>,
}

#[wasm_bindgen]
impl Words {
    #[wasm_bindgen(constructor)]
    pub fn new(text: &str) -> Words {
        Words {
            words: text.split_whitespace().map(str::to_owned).collect(),
        }
    }

    /// Their lengths.
    pub fn lengths(&self) -> Vec<u32> {
        self.words
            .iter()
            .map(|word| word.chars().count() as u32)
            .collect()
    }

    /// Each with its length before it, in a list of the host's.
    pub fn numbered(&self) -> JsValue {
        let mut words = self.words.iter();
        map(self.lengths(), &mut |length| {
            format!("{length} {}", words.next().map_or("", String::as_str))
        })
    }

    /// Tells each to an object of the caller's.
    pub fn tell(&self, listener: &Listener) {
        for word in &self.words {
            listener.hear(word);
        }
    }

    /// The one at a place, or an exception.
    pub fn at(&self, index: usize) -> Result<String, JsError> {
        print(&format!("at {index}"));
        self.words
            .get(index)
            .cloned()
            .ok_or_else(|| JsError::new("no such word"))
    }
}
