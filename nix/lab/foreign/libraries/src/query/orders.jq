# What each customer owes, with what they ordered most of, and all unpaid notes in capitals.
[ .[] | . + { total: ([.lines[] | .count * .cents] | add) } ]
| group_by(.customer)
| map({
    customer: .[0].customer,
    orders: length,
    owes: ([.[] | select(.paid | not) | .total] | add // 0),
    most: ([.[].lines[]] | group_by(.item) | max_by([.[].count] | add) | .[0].item),
    notes: [.[] | select(.paid | not) | .note // empty | ascii_upcase | split(" AND ")]
  })
| sort_by(-.owes)
