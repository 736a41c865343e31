// A program that makes a list of system calls, for AArch64. What it does is explained in amd64.s.

.text
.set base, 0x400000
.set list, 0x421000

file:
    .byte 0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0    // ELF, 64 bits, little-endian
    .quad 0
    .short 2, 183                               // an executable, for AArch64
    .long 1
    .quad base + (start - file)
    .quad segments - file
    .quad 0                                     // no sections
    .long 0
    .short 64, 56, 3, 0, 0, 0
segments:
    .long 1, 5                                  // this code, readable and executable
    .quad 0, base, base, end - file, end - file, 0x10000
    .long 1, 6                                  // the list, readable and writable; program.ts fills in its size
    .quad 0x1000, list, list, 0, 0, 0x10000
    .long 0x6474e551, 6                         // a stack that is not executable
    .quad 0, 0, 0, 0, 0, 16

start:
    mov x19, #0x1000
    movk x19, #0x42, lsl #16
    mov x20, #0                                 // the last call's result
next:
    ldp x8, x0, [x19]
    cmn x8, #1
    b.eq compare
    ldp x1, x2, [x19, #16]
    ldp x3, x4, [x19, #32]
    ldr x5, [x19, #48]
    svc #0
    mov x20, x0
    cmn x0, #4095
    b.hs failed
    ldr x9, [x19, #56]
    cbz x9, succeeded
    str x0, [x9]
succeeded:
    ldr x19, [x19, #64]
    b next
compare:
    cmp x20, x0
    b.eq succeeded
failed:
    ldr x9, [x19, #72]
    cbz x9, report
    mov x19, x9
    b next

report:                                         // to file 3: a zero, the call's address, its result
    sub sp, sp, #32
    stp xzr, x19, [sp]
    str x20, [sp, #16]
    mov x8, #64                                 // write
    mov x0, #3
    mov x1, sp
    mov x2, #24
    svc #0
    mov x8, #94                                 // exit_group
    mov x0, #125
    svc #0
end:
