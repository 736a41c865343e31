# A program that makes a list of system calls, for x86-64. The list follows in a segment of its own: see program.ts, which writes it.
# A call is ten words of 64 bits: its number, six arguments, where its result is stored (0: nowhere), the call that follows it, and the
# call that follows its failure (0: the program ends). The number -1 is no call: it compares the last call's result with its first argument.
# The file header is part of the source: `as` and `objcopy -O binary` of any version give the same bytes.

.intel_syntax noprefix
.text
.set base, 0x400000
.set list, 0x421000

file:
    .byte 0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0    # ELF, 64 bits, little-endian
    .quad 0
    .short 2, 62                                # an executable, for x86-64
    .long 1
    .quad base + (start - file)
    .quad segments - file
    .quad 0                                     # no sections
    .long 0
    .short 64, 56, 3, 0, 0, 0
segments:
    .long 1, 5                                  # this code, readable and executable
    .quad 0, base, base, end - file, end - file, 0x10000
    .long 1, 6                                  # the list, readable and writable; program.ts fills in its size
    .quad 0x1000, list, list, 0, 0, 0x10000
    .long 0x6474e551, 6                         # a stack that is not executable
    .quad 0, 0, 0, 0, 0, 16

start:
    mov ebx, list
    xor ebp, ebp                                # the last call's result
next:
    mov rax, [rbx]
    mov rdi, [rbx + 8]
    cmp rax, -1
    je compare
    mov rsi, [rbx + 16]
    mov rdx, [rbx + 24]
    mov r10, [rbx + 32]
    mov r8, [rbx + 40]
    mov r9, [rbx + 48]
    syscall
    mov rbp, rax
    cmp rax, -4095
    jae failed
    mov rcx, [rbx + 56]
    test rcx, rcx
    jz succeeded
    mov [rcx], rax
succeeded:
    mov rbx, [rbx + 64]
    jmp next
compare:
    cmp rbp, rdi
    je succeeded
failed:
    mov rcx, [rbx + 72]
    test rcx, rcx
    jz report
    mov rbx, rcx
    jmp next

report:                                         # to file 3: a zero, the call's address, its result
    push rbp
    push rbx
    push 0
    mov eax, 1                                  # write
    mov edi, 3
    mov rsi, rsp
    mov edx, 24
    syscall
    mov eax, 231                                # exit_group
    mov edi, 125
    syscall
end:
