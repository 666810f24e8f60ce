;; A command of WASI 0.1: prints its first argument, then what comes in on standard input.
(module
  (import "wasi_snapshot_preview1" "args_sizes_get" (func $args_sizes_get (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "args_get" (func $args_get (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_read" (func $fd_read (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_write" (func $fd_write (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "proc_exit" (func $proc_exit (param i32)))
  (memory (export "memory") 2)
  ;; 0: pointer and length for fd_read and fd_write; 8: what they return; 16: the pointers of args_get;
  ;; 1024: the arguments; 65536: one piece of standard input.

  (func $must (param $code i32)
    (if (local.get $code) (then (call $proc_exit (local.get $code)))))

  (func $write (param $text i32) (param $length i32)
    (i32.store (i32.const 0) (local.get $text))
    (i32.store (i32.const 4) (local.get $length))
    (call $must (call $fd_write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8))))

  (func $length (param $text i32) (result i32)
    (local $end i32)
    (local.set $end (local.get $text))
    (loop $next
      (if (i32.load8_u (local.get $end))
        (then (local.set $end (i32.add (local.get $end) (i32.const 1))) (br $next))))
    (i32.sub (local.get $end) (local.get $text)))

  (func (export "_start")
    (local $first i32)
    (call $must (call $args_sizes_get (i32.const 0) (i32.const 4)))
    (call $must (call $args_get (i32.const 16) (i32.const 1024)))
    ;; After the program's name.
    (local.set $first (i32.load (i32.const 20)))
    (call $write (local.get $first) (call $length (local.get $first)))
    (loop $next
      (i32.store (i32.const 0) (i32.const 65536))
      (i32.store (i32.const 4) (i32.const 4096))
      (call $must (call $fd_read (i32.const 0) (i32.const 0) (i32.const 1) (i32.const 8)))
      (if (i32.load (i32.const 8))
        (then (call $write (i32.const 65536) (i32.load (i32.const 8))) (br $next))))))
