//! Panics in each of the ways that its first argument names, or ends by an error, or well.

use std::cell::RefCell;
use std::hint::black_box;
use std::process::exit;

fn main() -> Result<(), String> {
    let kind = std::env::args().nth(1).unwrap_or_default();
    // 0, and no optimizer knows.
    let none = black_box(0_usize);
    println!("begins {kind}");
    match kind.as_str() {
        "index" => println!("{}", [1, 2][none + 2]),
        "divide" => println!("{}", 1 / none),
        "unwrap" => println!("{}", black_box(None::<u8>).unwrap()),
        "expect" => println!("{}", black_box(Err::<u8, _>("why")).expect("a value")),
        "assert" => assert_eq!(none, 1, "not equal"),
        "explicit" => panic!("said with {none}"),
        "borrow" => {
            let cell = RefCell::new(none);
            let _first = cell.borrow_mut();
            println!("{}", cell.borrow_mut());
        }
        "boundary" => println!("{}", &"säge"[..none + 2]),
        "remove" => println!("{}", vec![1].remove(none + 1)),
        "capacity" => println!("{}", Vec::<u64>::with_capacity(usize::MAX - none).len()),
        "memory" => println!("{}", black_box(vec![1_u8; isize::MAX as usize - none]).len()),
        "hook" => {
            std::panic::set_hook(Box::new(|_| println!("panicked, says the hook")));
            panic!("said to the hook");
        }
        "caught" => {
            let caught = std::panic::catch_unwind(|| panic!("said to who catches")).is_err();
            println!("panicked, and caught: {caught}");
        }
        "exit" => {
            eprintln!("ends by itself");
            exit(3);
        }
        "error" => return Err("an error that is a value".to_owned()),
        _ => println!("ends well"),
    }
    Ok(())
}
