# The program bin/detect, bin/build and bin/generate for x86-64. It executes `main` in its own directory, with the same arguments.
#
# Before that, it hides the environment variables that the dynamic linker, the C library, OpenSSL and Node.js obey before any script
# runs: it replaces the first letter of their names by an underscore. The framework restores the names for the tools that may see these
# variables.
#
# `main` gets the name of this program as argv[0] and again as first argument, because an emulator that is registered without the flag P
# of binfmt_misc replaces argv[0] by the path of `main` (https://docs.kernel.org/admin-guide/binfmt-misc.html).
#
# The program needs no C library, no /proc and no memory except its stack. The file header is a part of the source, so that every
# version of `as` and `objcopy -O binary` gives the same bytes.

.intel_syntax noprefix
.text
.set base, 0x400000

file:
    .byte 0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0    # ELF, 64 bits, little-endian
    .quad 0
    .short 2, 62                                # an executable, for x86-64
    .long 1
    .quad base + (start - file)
    .quad segments - file
    .quad 0                                     # no sections
    .long 0
    .short 64, 56, 2, 0, 0, 0
segments:
    .long 1, 5                                  # all of the file, readable and executable
    .quad 0, base, base, end - file, end - file, 0x10000
    .long 0x6474e551, 6                         # a stack that is not executable
    .quad 0, 0, 0, 0, 0, 16

start:
    mov rax, [rsp]                              # the stack: argc, argv, 0, envp, 0, auxv
    lea r12, [rsp + 8]                          # argv
    lea r13, [r12 + rax * 8 + 8]                # envp
    mov r14, r13
    mov rax, [r12]                              # overwrite argc with argv[0], so that `main` gets it twice
    sub r12, 8
    mov [r12], rax
    sub rsp, 0x3000
    mov rbp, rsp                                # buffer for the path of `main`
    mov r8, rbp                                 # end of the path
next_variable:
    mov rdi, [r14]
    add r14, 8
    test rdi, rdi
    jz next_auxiliary
    lea rsi, [rip + hidden]
next_name:
    cmp byte ptr [rsi], 0
    je next_variable
    xor ecx, ecx
compare:
    mov al, [rsi + rcx]
    test al, al
    jz hide
    cmp al, [rdi + rcx]
    jne skip_name
    inc ecx
    jmp compare
skip_name:
    lodsb
    test al, al
    jnz skip_name
    jmp next_name
hide:
    mov byte ptr [rdi], 0x5f
    jmp next_variable

next_auxiliary:                                 # r14 points to auxv
    mov rax, [r14]
    mov rsi, [r14 + 8]
    add r14, 16
    test rax, rax
    jz from_proc
    cmp rax, 31                                 # AT_EXECFN: the path of this program; argv[0] may be any text
    jne next_auxiliary
    call become
from_proc:                                      # the path was a link in another directory
    mov eax, 89                                 # readlink
    lea rdi, [rip + self]
    lea rsi, [rbp + 0x1100]
    mov edx, 0x1000
    syscall
    test rax, rax
    js failed
    mov byte ptr [rsi + rax], 0
    call become
failed:
    lea rsi, [rip + message]
    mov edx, message_end - message
    call say
    mov rsi, rbp
    mov rdx, r8
    sub rdx, rbp
    call say
    lea rsi, [rip + reason]
    mov edx, end - reason
    call say
    mov eax, 60                                 # exit
    mov edi, 126
    syscall

become:                                         # executes `main` in the directory of the path in rsi
    mov rdi, rbp
    mov r8, rbp
copy:
    lodsb
    stosb
    cmp al, 0x2f
    cmove r8, rdi
    test al, al
    jnz copy
    mov dword ptr [r8], 0x6e69616d              # main
    add r8, 4
    mov byte ptr [r8], 0
    mov eax, 59                                 # execve
    mov rdi, rbp
    mov rsi, r12
    mov rdx, r13
    syscall
    ret

say:                                            # prints the text in rsi, of length rdx, to standard error
    mov eax, 1                                  # write
    mov edi, 2
    syscall
    ret

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
