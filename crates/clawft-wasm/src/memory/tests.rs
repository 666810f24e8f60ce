//! The memory as a whole: what is accepted stays, what is damaged is said, and the index finds what the
//! exact search finds.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::Path;

use clawft_types::{Config, Dimensions, Embedder};

use super::crc32::Crc32;
use super::format::{self, Kind};
use super::index::{self, Index};
use super::store::{PATH, Store};
use super::*;
use crate::cli::Command;
use crate::disk::fault;
use crate::random::Random;

fn run(root: &Path, action: MemoryAction) -> Result<String, Error> {
    let command = Command::Memory {
        action,
        config: None,
    };
    crate::execute::execute(command, root, io::empty()).map(|outcome| outcome.text)
}

fn add(root: &Path, text: &str) -> Result<String, Error> {
    let text = MessageSource::Text(text.to_owned());
    run(root, MemoryAction::Add { text })
}

fn search(root: &Path, text: &str) -> String {
    let text = MessageSource::Text(text.to_owned());
    run(root, MemoryAction::Search { text, limit: 5 }).expect("searched")
}

fn list(root: &Path) -> String {
    run(root, MemoryAction::List).expect("listed")
}

fn store(root: &Path) -> Store<'_> {
    Store {
        root,
        kind: Kind {
            embedder: Embedder::Ngram,
            dimensions: Dimensions::ALL[1],
        },
        crc: Crc32::new(),
    }
}

#[test]
fn what_is_remembered_is_found_and_what_is_forgotten_is_gone() {
    let root = tempfile::tempdir().expect("a folder");
    let root = root.path();
    assert_eq!(list(root), "");
    assert_eq!(search(root, "cats"), "");
    assert_eq!(
        add(root, "the cat sat").expect("added"),
        "remembered as 1\n"
    );
    add(root, "quarterly figures\nin full").expect("added");
    assert_eq!(
        list(root),
        "1  the cat sat\n2  quarterly figures\\nin full\n"
    );
    assert!(
        search(root, "cat").starts_with("1  0."),
        "{}",
        search(root, "cat")
    );

    let forgot = run(root, MemoryAction::Forget { number: 1 });
    assert_eq!(forgot.expect("forgotten"), "forgot 1\n");
    assert_eq!(list(root), "2  quarterly figures\\nin full\n");
    assert!(!search(root, "cat").contains("sat"));
    let bytes = fs::read(root.join(PATH)).expect("the file");
    assert!(!bytes.windows(3).any(|part| part == b"cat"), "it is erased");
    let again = run(root, MemoryAction::Forget { number: 1 }).expect_err("gone");
    assert_eq!(
        again.to_string(),
        "there is no memory 1; `clawft memory list` shows all"
    );
    assert_eq!(add(root, "more").expect("added"), "remembered as 3\n");
}

#[test]
fn five_hundred_kills_lose_no_memory_and_bring_none_back() {
    const POINTS: usize = 500;
    let mut random = Random::seeded();
    let mut kills = 0;
    while kills < POINTS {
        let root = tempfile::tempdir().expect("a folder");
        let root = root.path();
        // What must be there, what must not, and what may be either, by text.
        let mut expected: BTreeMap<String, Option<bool>> = BTreeMap::new();
        for step in 0..40 {
            let text = format!("memory {step}");
            let point = random.below(3_800);
            let (result, used) = fault::count(|| fault::kill_after(point, || add(root, &text)));
            kills += usize::from(used > point);
            expected.insert(text, result.is_ok().then_some(true));
            if step % 5 == 4 {
                let listed = list(root);
                let lines: Vec<&str> = listed.lines().collect();
                let line = lines[random.below(lines.len())];
                let (number, text) = line.split_once("  ").expect("number and text");
                let number = number.parse().expect("a number");
                let point = random.below(1_700);
                let forget = || run(root, MemoryAction::Forget { number });
                let (result, used) = fault::count(|| fault::kill_after(point, forget));
                kills += usize::from(used > point);
                expected.insert(text.to_owned(), result.is_ok().then_some(false));
            }
        }
        add(root, "last").expect("added");
        let listed = list(root);
        for (text, there) in expected {
            let count = listed
                .lines()
                .filter(|line| line.split_once("  ").expect("a line").1 == text)
                .count();
            match there {
                Some(there) => assert_eq!(count, usize::from(there), "{text}: {listed}"),
                None => assert!(count <= 1, "{text}: {listed}"),
            }
        }
    }
}

#[test]
fn a_process_that_is_overtaken_at_any_byte_adds_its_memory_or_says_that_it_did_not() {
    for point in (0..4_000).step_by(13) {
        let root = tempfile::tempdir().expect("a folder");
        let other = root.path().to_owned();
        let ours = fault::interrupt_after(
            point,
            move || drop(add(&other, "theirs")),
            || add(root.path(), "ours"),
        );
        let listed = list(root.path());
        let count = |text| listed.lines().filter(|line| line.ends_with(text)).count();
        assert!(
            count("theirs") <= 1 && count("ours") <= 1,
            "{point}: {listed}"
        );
        if let Err(error) = ours {
            let error = error.to_string();
            assert!(error.contains("another program has changed it"), "{error}");
        } else {
            assert_eq!(count("ours"), 1, "{point}: {listed}");
        }
    }
}

#[test]
fn a_file_that_is_cut_anywhere_keeps_what_is_whole() {
    let root = tempfile::tempdir().expect("a folder");
    let root = root.path();
    add(root, "one").expect("added");
    let first = fs::read(root.join(PATH)).expect("the file").len();
    add(root, "two").expect("added");
    let whole = fs::read(root.join(PATH)).expect("the file");
    for cut in (0..whole.len())
        .step_by(7)
        .chain([first, first + 1, whole.len() - 1])
    {
        for zeros in [0, 5] {
            let mut bytes = whole[..cut].to_vec();
            bytes.resize(cut + zeros, 0);
            fs::write(root.join(PATH), &bytes).expect("cut");
            let before = list(root);
            assert_eq!(before.lines().count(), usize::from(cut >= first), "{cut}");
            add(root, "three").expect("added");
            assert_eq!(list(root).lines().count(), 1 + usize::from(cut >= first));
            assert!(list(root).ends_with("three\n"), "{cut}: {}", list(root));
        }
    }
}

#[test]
fn a_damaged_file_is_said_to_be_and_is_left_as_it_is() {
    let root = tempfile::tempdir().expect("a folder");
    let root = root.path();
    for text in ["one", "two", "three"] {
        add(root, text).expect("added");
    }
    let good = fs::read(root.join(PATH)).expect("the file");
    let second = format::HEADER + 1536 + 20 + 3;
    let table = [
        (0, "it does not start as a memory file does"),
        (8, "it is of another version"),
        (12, "the checksum of its header is wrong"),
        (28, "the checksum of its header is wrong"),
        (format::HEADER, "there is no record"),
        (format::HEADER + 4, "there is no record"),
        (format::HEADER + 5, "there is no record"),
        (format::HEADER + 8, "the checksum of a record is wrong"),
        (format::HEADER + 16, "the checksum of a record is wrong"),
        (second, "there is no record"),
        (second - 1, "the checksum of a record is wrong"),
        (second - 5, "the checksum of a record is wrong"),
    ];
    for (at, problem) in table {
        let mut bad = good.clone();
        bad[at] ^= 0x55;
        fs::write(root.join(PATH), &bad).expect("damaged");
        for result in [
            add(root, "four"),
            run(root, MemoryAction::List),
            run(root, MemoryAction::Forget { number: 3 }),
        ] {
            let error = result.expect_err("refused").to_string();
            assert!(
                error.starts_with("memory/records.bin: damaged at byte ")
                    && error.contains(problem),
                "{at}: {error}"
            );
        }
        assert_eq!(fs::read(root.join(PATH)).expect("the file"), bad);
    }
}

#[test]
fn one_flipped_bit_anywhere_in_a_record_is_said_and_nothing_is_written() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path();
    for text in ["one", "two", "three"] {
        add(root, text).expect("added");
    }
    let good = fs::read(root.join(PATH)).expect("the file");
    // The last byte of a checksum may be zero, and the record then counts as one that was cut off.
    assert_ne!(good.last(), Some(&0));
    let bits = (0..8 * good.len()).step_by(101);
    let last_record = 8 * (good.len() - 1556)..8 * good.len();
    for bit in bits.chain(last_record.step_by(37)) {
        let mut bad = good.clone();
        bad[bit / 8] ^= 1 << (bit % 8);
        fs::write(root.join(PATH), &bad).expect("damaged");
        let error = add(root, "four").expect_err("refused").to_string();
        assert!(
            error.starts_with("memory/records.bin: damaged at byte "),
            "{bit}: {error}"
        );
        assert_eq!(fs::read(root.join(PATH)).expect("the file"), bad, "{bit}");
    }
    let names: Vec<_> = fs::read_dir(root.join("memory"))
        .expect("the folder")
        .map(|entry| entry.expect("an entry").file_name())
        .collect();
    assert_eq!(names, ["records.bin"]);
}

#[test]
fn damage_in_what_an_index_knows_already_is_said_before_anything_is_written() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path();
    large(root, 100);
    Index::default().extend(&store(root)).expect("saved");
    let good = fs::read(root.join(PATH)).expect("the file");
    let index = fs::read(root.join(index::PATH)).expect("the index");
    for at in [
        format::HEADER,                // the first record's length
        format::HEADER + 12,           // its text's length
        format::HEADER + format::HEAD, // its vector
        good.len() / 2,
        good.len() - 5000,
    ] {
        for bit in 0..8 {
            let mut bad = good.clone();
            bad[at] ^= 1 << bit;
            fs::write(root.join(PATH), &bad).expect("damaged");
            let fits = Index::load(&store(root)).expect("readable").is_some();
            assert!(fits, "{at}: the damage is not where the index looks");
            for result in [
                add(root, "more"),
                run(root, MemoryAction::Forget { number: 100 }),
            ] {
                let error = result.expect_err("refused").to_string();
                assert!(error.contains("damaged at byte "), "{at}: {error}");
            }
            assert_eq!(fs::read(root.join(PATH)).expect("the file"), bad);
            assert_eq!(fs::read(root.join(index::PATH)).expect("it"), index);
        }
    }
}

#[test]
fn another_kind_of_vectors_is_refused() {
    let root = tempfile::tempdir().expect("a folder");
    add(root.path(), "one").expect("added");
    let config = r#"{"memory": {"dimensions": 128}}"#;
    fs::write(root.path().join("clawft.json"), config).expect("config");
    let error = add(root.path(), "two").expect_err("refused");
    assert_eq!(
        error.to_string(),
        "memory/records.bin holds vectors of 384 dimensions from `ngram`, but the config asks for 128 \
         from `ngram`; set `memory` in the config accordingly, or move the file away"
    );
}

/// A store with as many memories as make an index, of two words each.
fn large(root: &Path, count: usize) {
    const WORDS: [&str; 12] = [
        "river",
        "mountain",
        "teapot",
        "violin",
        "garden",
        "copper",
        "winter",
        "lantern",
        "harbour",
        "bicycle",
        "parliament",
        "sandwich",
    ];
    let store = store(root);
    let mut bytes = store.kind.to_header(&store.crc);
    for number in 1..=count {
        let text = format!(
            "{} {} {number}",
            WORDS[number % WORDS.len()],
            WORDS[number / WORDS.len() % WORDS.len()]
        );
        let vector = embed(&text, &Config::default()).expect("embedded");
        let number = u32::try_from(number).expect("few");
        bytes.extend(format::memory(number, &vector, &text, &store.crc).expect("a record"));
    }
    fs::create_dir_all(root.join("memory")).expect("a folder");
    fs::write(root.join(PATH), bytes).expect("written");
}

#[test]
fn many_memories_get_an_index_that_finds_what_is_there() {
    let root = tempfile::tempdir().expect("a folder");
    let root = root.path();
    large(root, index::MIN_COUNT as usize);
    let queries = [
        "copper violin 77",
        "teapot",
        "winter harbour 1234",
        "parliament 9",
    ];
    let exact = queries.map(|query| search(root, query));
    assert!(!root.join(index::PATH).exists());
    add(root, "an entirely different thing").expect("added");
    // It takes in some at a time; what is not in it yet is found all the same.
    let count = || {
        Index::load(&store(root))
            .expect("readable")
            .expect("an index")
            .count()
    };
    assert_eq!(count(), index::MAX_BEHIND);
    assert!(search(root, "an entirely different thing").contains("different"));
    while count() < index::MIN_COUNT {
        add(root, "xyz").expect("added");
    }

    let found = queries.map(|query| search(root, query));
    let lines = |found: &[String]| -> Vec<String> {
        found
            .iter()
            .flat_map(|text| text.lines().map(str::to_owned))
            .collect()
    };
    let same = lines(&found)
        .iter()
        .filter(|line| lines(&exact).contains(line))
        .count();
    assert!(same >= 18, "{same} of 20: {found:?} {exact:?}");

    // What came after the index is found as well, and what was forgotten is not.
    add(root, "a marmalade cat").expect("added");
    assert!(search(root, "marmalade").contains("a marmalade cat"));
    let number = index::MIN_COUNT + 1;
    run(root, MemoryAction::Forget { number }).expect("forgotten");
    assert!(!root.join(index::PATH).exists());
    assert!(!search(root, "an entirely different thing").contains("different"));
    add(root, "one more").expect("added");
    assert!(root.join(index::PATH).exists());
}

#[test]
fn an_index_that_is_damaged_or_of_another_file_is_not_used() {
    let root = tempfile::tempdir().expect("a folder");
    let root = root.path();
    large(root, 100);
    let store = store(root);
    Index::default().extend(&store).expect("saved");
    let good = fs::read(root.join(index::PATH)).expect("the index");
    let is_used = || Index::load(&store).expect("readable").is_some();
    assert!(is_used());
    let mut random = Random::seeded();
    for _ in 0..200 {
        let mut bad = good.clone();
        let at = random.below(bad.len());
        bad[at] ^= 1 << random.below(8);
        if random.below(2) == 0 {
            bad.truncate(at);
        }
        fs::write(root.join(index::PATH), bad).expect("damaged");
        assert!(!is_used(), "{at}");
    }
    fs::write(root.join(index::PATH), &good).expect("good again");
    assert!(is_used());
    large(root, 99);
    assert!(!is_used());
}

#[test]
fn an_index_that_grew_is_the_one_made_at_once() {
    let root = tempfile::tempdir().expect("a folder");
    let root = root.path();
    large(root, 60);
    Index::default().extend(&store(root)).expect("saved");
    let first = Index::load(&store(root)).expect("readable").expect("fits");
    large(root, 150);
    first.extend(&store(root)).expect("saved");
    let grown = fs::read(root.join(index::PATH)).expect("the index");
    Index::default().extend(&store(root)).expect("saved");
    assert_eq!(fs::read(root.join(index::PATH)).expect("the index"), grown);
}
