//! Orders that are the same on every machine.

/// How many.
const ORDERS: u32 = 2_000;

/// Seed of the orders: the letters "orders".
const SEED: u64 = 0x6F72_6465_7273;

/// Customers; each has some orders.
const CUSTOMERS: u32 = 300;

const NAMES: [&str; 12] = [
    "Ada", "Barbara", "Charles", "Dennis", "Edsger", "Frances", "Grace", "Hedy", "Ida", "Jean",
    "Karen", "Leslie",
];
const THINGS: [&str; 16] = [
    "anvil",
    "bucket",
    "candle",
    "door handle",
    "egg timer",
    "folding chair",
    "garden hose",
    "hammer",
    "iron",
    "jug",
    "kettle",
    "ladder",
    "mirror",
    "needle",
    "oil can",
    "paper clip",
];

/// What a customer ordered.
pub(super) struct Order {
    pub(super) id: u32,
    pub(super) customer: String,
    pub(super) paid: bool,
    pub(super) note: Option<String>,
    pub(super) lines: Vec<Line>,
}

/// One kind of thing in an order.
pub(super) struct Line {
    pub(super) item: String,
    pub(super) count: u32,
    pub(super) cents: u32,
}

/// All orders.
pub(super) fn all() -> Vec<Order> {
    let mut random = Random(SEED);
    (1..=ORDERS).map(|id| order(id, &mut random)).collect()
}

fn order(id: u32, random: &mut Random) -> Order {
    let customer = random.below(CUSTOMERS);
    let name = NAMES[customer as usize % NAMES.len()];
    let lines = 1 + random.below(8);
    Order {
        id,
        customer: format!("{name} the {customer}th"),
        paid: random.below(3) > 0,
        note: (random.below(4) == 0).then(|| note(random)),
        lines: (0..lines).map(|_| line(random)).collect(),
    }
}

fn line(random: &mut Random) -> Line {
    let thing = random.thing();
    Line {
        item: format!("{thing} no. {}", random.below(40)),
        count: 1 + random.below(20),
        cents: 50 + random.below(20_000),
    }
}

/// From a few words to a few lines.
fn note(random: &mut Random) -> String {
    let words = 2 + random.below(60);
    let words: Vec<&str> = (0..words).map(|_| random.thing()).collect();
    format!("please no {}", words.join(" and no "))
}

/// SplitMix64 ([Steele, Lea and Flood 2014](https://doi.org/10.1145/2660193.2660195)).
struct Random(u64);

impl Random {
    fn below(&mut self, limit: u32) -> u32 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^= z >> 31;
        // The upper half of a product of two 32-bit numbers.
        u32::try_from(((z >> 32) * u64::from(limit)) >> 32).unwrap_or(0)
    }

    fn thing(&mut self) -> &'static str {
        let count = u32::try_from(THINGS.len()).unwrap_or(1);
        THINGS[self.below(count) as usize]
    }
}
