;; A host of the library's C interface: it stands where a C program would, in the library's own memory.
;;
;; Each line of standard input is a request; its response is a line of standard output. An empty line is
;; a request that is not there: a null pointer and the length 0. It exits with the number of the promise
;; that does not hold, or with 0:
;;
;;   10  clawft_init is 1, each time
;;   11  clawft_alloc(0) and clawft_alloc(4 GiB less one) are null, and any other length is not
;;   12  what clawft_alloc gives is zeros
;;   13  clawft_handle never returns null
;;   14  null can be freed by both
;;   15  what is freed is used again: 40,000 more requests take no more memory
;;   16  standard input and output can be used
(module
  (import "clawft" "memory" (memory 1))
  (import "clawft" "clawft_init" (func $init (result i32)))
  (import "clawft" "clawft_alloc" (func $alloc (param i32) (result i32)))
  (import "clawft" "clawft_handle" (func $handle (param i32 i32) (result i32)))
  (import "clawft" "clawft_free" (func $free (param i32)))
  (import "clawft" "clawft_dealloc" (func $dealloc (param i32 i32)))
  (import "wasi_snapshot_preview1" "fd_read"
    (func $fd_read (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_write"
    (func $fd_write (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
  (export "memory" (memory 0))

  (global $capacity i32 (i32.const 262144))
  ;; Start and length of a piece of memory, and how much of it was read or written.
  (global $vector (mut i32) (i32.const 0))
  (data $version "{\"command\":\"version\"}")

  (func $must (param $holds i32) (param $promise i32)
    (if (i32.eqz (local.get $holds)) (then (call $exit (local.get $promise)))))

  ;; Room for `len` bytes, all zeros.
  (func $room (param $len i32) (result i32)
    (local $room i32) (local $at i32)
    (local.set $room (call $alloc (local.get $len)))
    (call $must (i32.eq (i32.eqz (local.get $room)) (i32.eqz (local.get $len))) (i32.const 11))
    (loop $next
      (if (i32.lt_u (local.get $at) (local.get $len)) (then
        (call $must
          (i32.eqz (i32.load8_u (i32.add (local.get $room) (local.get $at)))) (i32.const 12))
        (local.set $at (i32.add (local.get $at) (i32.const 1)))
        (br $next))))
    (local.get $room))

  (func $print (param $start i32) (param $len i32)
    (loop $more
      (if (local.get $len) (then
        (i32.store (global.get $vector) (local.get $start))
        (i32.store offset=4 (global.get $vector) (local.get $len))
        (call $must
          (i32.eqz (call $fd_write (i32.const 1) (global.get $vector) (i32.const 1)
            (i32.add (global.get $vector) (i32.const 8))))
          (i32.const 16))
        (local.set $start
          (i32.add (local.get $start) (i32.load offset=8 (global.get $vector))))
        (local.set $len
          (i32.sub (local.get $len) (i32.load offset=8 (global.get $vector))))
        (br $more)))))

  ;; Reads standard input to its end; returns how much there is.
  (func $read (param $start i32) (result i32)
    (local $len i32)
    (loop $more
      (i32.store (global.get $vector) (i32.add (local.get $start) (local.get $len)))
      (i32.store offset=4 (global.get $vector)
        (i32.sub (global.get $capacity) (local.get $len)))
      (call $must
        (i32.eqz (call $fd_read (i32.const 0) (global.get $vector) (i32.const 1)
          (i32.add (global.get $vector) (i32.const 8))))
        (i32.const 16))
      (local.set $len (i32.add (local.get $len) (i32.load offset=8 (global.get $vector))))
      ;; More than there is room for would be cut off.
      (call $must (i32.lt_u (local.get $len) (global.get $capacity)) (i32.const 16))
      (br_if $more (i32.load offset=8 (global.get $vector))))
    (local.get $len))

  ;; Asks with the `len` bytes at `start`, which are copied to room of the library's own, and prints the
  ;; response if it is to be seen.
  (func $ask (param $start i32) (param $len i32) (param $seen i32)
    (local $room i32) (local $response i32)
    (local.set $room (call $room (local.get $len)))
    (memory.copy (local.get $room) (local.get $start) (local.get $len))
    (local.set $response (call $handle (local.get $room) (local.get $len)))
    (call $must (local.get $response) (i32.const 13))
    (call $dealloc (local.get $room) (local.get $len))
    (if (local.get $seen) (then
      (call $print (i32.load (local.get $response)) (i32.load offset=4 (local.get $response)))
      (i32.store8 offset=12 (global.get $vector) (i32.const 10))
      (call $print (i32.add (global.get $vector) (i32.const 12)) (i32.const 1))))
    (call $free (local.get $response)))

  (func (export "_start")
    (local $input i32) (local $len i32) (local $start i32) (local $end i32)
    (local $pages i32) (local $times i32)
    (call $must (i32.eq (call $init) (i32.const 1)) (i32.const 10))
    (call $must (i32.eq (call $init) (i32.const 1)) (i32.const 10))
    (call $must (i32.eqz (call $alloc (i32.const -1))) (i32.const 11))
    (call $dealloc (i32.const 0) (i32.const 5))
    (call $free (i32.const 0))
    (global.set $vector (call $room (i32.const 16)))
    (local.set $input (call $room (global.get $capacity)))
    (local.set $len (call $read (local.get $input)))

    (loop $line
      (if (i32.lt_u (local.get $start) (local.get $len)) (then
        (local.set $end (local.get $start))
        (loop $byte
          (if (i32.and
                (i32.lt_u (local.get $end) (local.get $len))
                (i32.ne (i32.load8_u (i32.add (local.get $input) (local.get $end))) (i32.const 10)))
            (then
              (local.set $end (i32.add (local.get $end) (i32.const 1)))
              (br $byte))))
        (call $ask (i32.add (local.get $input) (local.get $start))
          (i32.sub (local.get $end) (local.get $start)) (i32.const 1))
        (local.set $start (i32.add (local.get $end) (i32.const 1)))
        (br $line))))

    (memory.init $version (local.get $input) (i32.const 0) (i32.const 21))
    (local.set $pages (memory.size))
    (loop $again
      (call $ask (local.get $input) (i32.const 21) (i32.const 0))
      (local.set $times (i32.add (local.get $times) (i32.const 1)))
      (br_if $again (i32.lt_u (local.get $times) (i32.const 40000))))
    (call $must (i32.eq (local.get $pages) (memory.size)) (i32.const 15))
    (call $dealloc (local.get $input) (global.get $capacity))
    (call $dealloc (global.get $vector) (i32.const 16))))
