# Of `wasm-heft bench` over modules that are named after their allocator, dlmalloc among them: a line for each
# of them, and one for each run that did not end well or took more than twice dlmalloc's fuel. $apart: an
# allocator that may take more. Ends with an error if there is a run of the latter kind.
(reduce (.rows[] | select(.module == "dlmalloc")) as $row ({}; .[$row.case] = $row.fuel)) as $dlmalloc
| .rows
| map(. + { ratio: (if .outcome == "ok" then (.fuel * 1000 / $dlmalloc[.case] | round / 1000) else null end) })
| map(select(.ratio == null or (.module != $apart and .fuel > 2 * $dlmalloc[.case]))) as $bad
| ( group_by(.module)[]
    | (map(.ratio) | sort) as $ratios
    | "\(.[0].module): \(length) runs, fuel \($ratios[0]) to \($ratios[-1]) of dlmalloc's"
  ),
  ($bad[] | "\(.module) \(.case): \(.outcome), fuel \(.ratio) of dlmalloc's"),
  (if $bad == [] then empty else error("\($bad | length) runs are bad") end)
