// The program bin/detect, bin/build and bin/generate for AArch64. amd64.s explains the steps.

.text
.set base, 0x400000

file:
    .byte 0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0    // ELF, 64 bits, little-endian
    .quad 0
    .short 2, 183                               // an executable, for AArch64
    .long 1
    .quad base + (start - file)
    .quad segments - file
    .quad 0                                     // no sections
    .long 0
    .short 64, 56, 2, 0, 0, 0
segments:
    .long 1, 5                                  // all of the file, readable and executable
    .quad 0, base, base, end - file, end - file, 0x10000
    .long 0x6474e551, 6                         // a stack that is not executable
    .quad 0, 0, 0, 0, 0, 16

start:
    ldr x0, [sp]                                // the stack: argc, argv, 0, envp, 0, auxv
    add x20, sp, #8                             // argv
    add x21, x20, x0, lsl #3
    add x21, x21, #8                            // envp
    mov x22, x21
    ldr x0, [x20]                               // overwrite argc with argv[0], so that `main` gets it twice
    str x0, [x20, #-8]!
    sub sp, sp, #0x3000
    mov x23, sp                                 // buffer for the path of `main`
    mov x24, x23                                // end of the path
next_variable:
    ldr x0, [x22], #8
    cbz x0, next_auxiliary
    adr x1, hidden
next_name:
    ldrb w2, [x1]
    cbz w2, next_variable
    mov x3, x0
compare:
    ldrb w2, [x1], #1
    cbz w2, hide
    ldrb w4, [x3], #1
    cmp w2, w4
    b.eq compare
skip_name:
    ldrb w2, [x1], #1
    cbnz w2, skip_name
    b next_name
hide:
    mov w2, #0x5f
    strb w2, [x0]
    b next_variable

next_auxiliary:                                 // x22 points to auxv
    ldp x0, x1, [x22], #16
    cbz x0, from_proc
    cmp x0, #31                                 // AT_EXECFN: the path of this program; argv[0] may be any text
    b.ne next_auxiliary
    bl become
from_proc:                                      // the path was a link in another directory
    mov x0, #-100                               // AT_FDCWD
    adr x1, self
    add x2, x23, #0x1000
    add x2, x2, #0x100
    mov x3, #0x1000
    mov x8, #78                                 // readlinkat
    svc #0
    tbnz x0, #63, failed
    strb wzr, [x2, x0]
    mov x1, x2
    bl become
failed:
    adr x1, message
    mov x2, #(message_end - message)
    bl say
    mov x1, x23
    sub x2, x24, x23
    bl say
    adr x1, reason
    mov x2, #(end - reason)
    bl say
    mov x8, #93                                 // exit
    mov x0, #126
    svc #0

become:                                         // executes `main` in the directory of the path in x1
    mov x3, x23
    mov x24, x23
copy:
    ldrb w2, [x1], #1
    strb w2, [x3], #1
    cmp w2, #0x2f
    csel x24, x3, x24, eq
    cbnz w2, copy
    adr x3, main
    ldr w2, [x3]
    str w2, [x24], #4
    strb wzr, [x24]
    mov x8, #221                                // execve
    mov x0, x23
    mov x1, x20
    mov x2, x21
    svc #0
    ret

say:                                            // prints the text in x1, of length x2, to standard error
    mov x8, #64                                 // write
    mov x0, #2
    svc #0
    ret

main:
    .ascii "main"
hidden:
    .asciz "LD_", "NODE_", "OPENSSL_", "SSLKEYLOGFILE=", "GLIBC_TUNABLES=", "GCONV_PATH=", "MALLOC_", "ICU_", "UV_", ""
self:
    .asciz "/proc/self/exe"
message:
    .ascii "ERROR: cannot execute "
message_end:
reason:
    .ascii ": it does not exist, or the image lacks glibc's dynamic linker\n"
end:
