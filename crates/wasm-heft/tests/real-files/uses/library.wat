;; A library over WASI 0.1: `greet` prints the name it is given and returns a greeting with it.
(module
  (import "wasi_snapshot_preview1" "fd_write" (func $fd_write (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "clock_time_get" (func $clock_time_get (param i32 i64 i32) (result i32)))
  (import "wasi_snapshot_preview1" "random_get" (func $random_get (param i32 i32) (result i32)))
  (memory (export "memory") 2)
  (data (i32.const 64) "hello, ")
  ;; 0: pointer and length for fd_write; 8: what it returns; 16: the time; 24: a random number; 32: pointer
  ;; and length of the greeting; 1024: the greeting; from 65536 on: what cabi_realloc hands out.
  (global $next (mut i32) (i32.const 65536))

  (func $must (param $code i32)
    (if (local.get $code) (then (unreachable))))

  ;; Frees nothing.
  (func (export "cabi_realloc") (param $old i32) (param $old_size i32) (param $align i32) (param $size i32) (result i32)
    (local $new i32)
    (local.set $new
      (i32.and
        (i32.add (global.get $next) (i32.sub (local.get $align) (i32.const 1)))
        (i32.sub (i32.const 0) (local.get $align))))
    (global.set $next (i32.add (local.get $new) (local.get $size)))
    (loop $grow
      (if (i32.gt_u (global.get $next) (i32.mul (memory.size) (i32.const 65536)))
        (then (if (i32.eq (memory.grow (i32.const 1)) (i32.const -1)) (then (unreachable))) (br $grow))))
    (memory.copy (local.get $new) (local.get $old) (local.get $old_size))
    (local.get $new))

  (func (export "greet") (param $name i32) (param $length i32) (result i32)
    (i32.store (i32.const 0) (local.get $name))
    (i32.store (i32.const 4) (local.get $length))
    (call $must (call $fd_write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8)))
    ;; The time is after 1970, and of eight random bytes one is not 0.
    (call $must (call $clock_time_get (i32.const 0) (i64.const 1) (i32.const 16)))
    (call $must (i64.eqz (i64.load (i32.const 16))))
    (call $must (call $random_get (i32.const 24) (i32.const 8)))
    (call $must (i64.eqz (i64.load (i32.const 24))))
    (memory.copy (i32.const 1024) (i32.const 64) (i32.const 7))
    (memory.copy (i32.const 1031) (local.get $name) (local.get $length))
    (i32.store (i32.const 32) (i32.const 1024))
    (i32.store (i32.const 36) (i32.add (local.get $length) (i32.const 7)))
    (i32.const 32)))
