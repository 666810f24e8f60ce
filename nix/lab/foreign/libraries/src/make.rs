//! Writes inputs: orders of a shop, as JSON, as a workbook and as an SQL script.

mod orders;

use orders::Order;
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Workbook};
use serde_json::{Value, json};
use std::error::Error;
use std::fmt::Write as _;
use std::path::Path;

/// Writes `orders.json`, `orders.sql` and `orders.xlsx` into the folder.
pub(crate) fn work(folder: &Path) -> Result<Vec<u8>, Box<dyn Error>> {
    let orders = orders::all();
    std::fs::write(folder.join("orders.json"), as_json(&orders).to_string())?;
    std::fs::write(folder.join("orders.sql"), as_sql(&orders)?)?;
    workbook(&orders)?.save(folder.join("orders.xlsx"))?;
    Ok(Vec::new())
}

fn as_json(orders: &[Order]) -> Value {
    orders
        .iter()
        .map(|order| {
            let lines: Vec<Value> = order
                .lines
                .iter()
                .map(|line| json!({ "item": line.item, "count": line.count, "cents": line.cents }))
                .collect();
            json!({
                "id": order.id,
                "customer": order.customer,
                "paid": order.paid,
                "note": order.note,
                "lines": lines,
            })
        })
        .collect()
}

/// A table, its rows, and for each order a question about it.
fn as_sql(orders: &[Order]) -> Result<String, std::fmt::Error> {
    let mut script = String::from(
        "CREATE TABLE orders (id INTEGER PRIMARY KEY, customer VARCHAR(80) NOT NULL, paid BOOLEAN, \
         note TEXT);\n",
    );
    for order in orders {
        let Order {
            id,
            customer,
            paid,
            note,
            lines,
        } = order;
        let note = note
            .as_ref()
            .map_or("NULL".to_owned(), |note| format!("'{note}'"));
        writeln!(
            script,
            "INSERT INTO orders (id, customer, paid, note) VALUES ({id}, '{customer}', {paid}, {note});"
        )?;
        let rows: Vec<String> = lines
            .iter()
            .map(|line| format!("({id}, '{}', {}, {})", line.item, line.count, line.cents))
            .collect();
        writeln!(
            script,
            "INSERT INTO lines (id, item, count, cents) VALUES {};",
            rows.join(", ")
        )?;
        let items: Vec<String> = lines
            .iter()
            .map(|line| format!("'{}'", line.item))
            .collect();
        writeln!(
            script,
            "WITH mine AS (SELECT o.id, sum(l.count * l.cents) / 100 AS total FROM orders AS o \
             JOIN lines AS l ON l.id = o.id WHERE o.customer = '{customer}' AND NOT o.paid GROUP BY o.id) \
             SELECT m.id, m.total, CASE WHEN m.total > {} THEN 'large' WHEN m.total BETWEEN 10 AND 20 \
             THEN 'small' ELSE coalesce(o.note, 'none') END AS size FROM mine AS m LEFT JOIN orders AS o \
             ON o.id = m.id WHERE EXISTS (SELECT 1 FROM lines WHERE lines.id = m.id AND item IN ({})) \
             ORDER BY m.total DESC, 1 LIMIT 10;",
            id % 1000,
            items.join(", ")
        )?;
    }
    Ok(script)
}

/// A sheet of orders and one of their lines.
fn workbook(orders: &[Order]) -> Result<Workbook, Box<dyn Error>> {
    let mut workbook = Workbook::new();
    // NB: the writer's own choice is the time of day.
    let written = ExcelDateTime::from_ymd(2025, 1, 1)?;
    workbook.set_properties(&DocProperties::new().set_creation_datetime(&written));
    let sheet = workbook.add_worksheet().set_name("orders")?;
    for (row, order) in (0..).zip(orders) {
        sheet.write_number(row, 0, order.id)?;
        sheet.write_string(row, 1, &order.customer)?;
        sheet.write_boolean(row, 2, order.paid)?;
        if let Some(note) = &order.note {
            sheet.write_string(row, 3, note)?;
        }
    }
    let sheet = workbook.add_worksheet().set_name("lines")?;
    let lines = orders
        .iter()
        .flat_map(|order| order.lines.iter().map(|line| (order.id, line)));
    for (row, (id, line)) in (0..).zip(lines) {
        sheet.write_number(row, 0, id)?;
        sheet.write_string(row, 1, &line.item)?;
        sheet.write_number(row, 2, line.count)?;
        sheet.write_number(row, 3, f64::from(line.cents) / 100.0)?;
    }
    Ok(workbook)
}
