# awk -f same-tables.awk FOUND EXPECTED: prints the lines in which two files of tables part, and then ends
# with 1. Cells are the same text, but for what cannot be: instructions are the same within 0.2 %, since the program's one
# random number takes more or fewer of them to print; those of a `whole process` within 1 %, since they depend on
# the kernel; and `CPU s` is another number each time.
BEGIN { FS = "|" }

FNR == NR { found[FNR] = $0; lines = FNR; next }

# The head of a table is the line before its rule.
/^\| *---/ { for (i = 1; i <= columns; i++) head[i] = before[i] }
{ columns = split($0, before, FS) }

!same(found[FNR], $0) { print "< " found[FNR]; print "> " $0; differ = 1 }
{ last = FNR }

END { if (lines != last) { print lines " lines, expected " last; differ = 1 } exit differ }

function same(a, b,    cells, count, i) {
  if (a == b) return 1
  count = split(a, cells, FS)
  if (count != columns) return 0
  for (i = 1; i <= count; i++)
    if (cells[i] != before[i] && !near(cells[i], before[i], tolerance(i))) return 0
  return 1
}

# Of a column: the first one of its table says whose instructions they are, or it does.
function tolerance(i) {
  if (head[i] ~ /CPU s/) return 1000
  if ((head[2] head[i]) ~ /whole process/) return 0.01
  if (head[2] ~ /^ run/ || head[i] ~ /^ work/) return 0.002
  return 0
}

function near(a, b, part) {
  gsub(/[ ,]/, "", a)
  gsub(/[ ,]/, "", b)
  if (a + 0 == 0 || b + 0 == 0) return 0
  return a / b <= 1 + part && b / a <= 1 + part
}
