# The guest of KvmProbe: what an operating system does first. It enters long mode with paging, runs SSE instructions, takes three timer
# interrupts, enters user mode and comes back by a system call. Then it writes a marker to the first serial port and halts. QEMU loads it
# as a multiboot kernel (-kernel), after the firmware.
# The bytes are in KvmGuest.cs. A test assembles this file and compares them:
#   as --64 -o guest.o KvmGuest.S && ld -m elf_x86_64 -Ttext=0x100000 --oformat binary -o guest.bin guest.o

.set BASE, 0x100000
.set TABLES, 0x200000           # three pages: PML4, PDPT, PD
.set INTERRUPTS, 0x203000       # IDT
.set STACK, 0x210000
.set USER_STACK, 0x220000
.set FLAGS, 0x00010000          # the header gives the addresses
.set MAGIC, 0x1BADB002

.globl _start
.text
.code32
_start:
header:
    .align 4
    .long MAGIC, FLAGS, -(MAGIC + FLAGS)
    .long header, BASE, end, end, entry

entry:
    cld
    movl $STACK, %esp
    movl $TABLES, %edi          # clear the tables
    xorl %eax, %eax
    movl $0x1000, %ecx
    rep stosl
    movl $TABLES + 0x1000 + 7, TABLES           # present, writable, for user mode too
    movl $TABLES + 0x2000 + 7, TABLES + 0x1000
    movl $0x87, TABLES + 0x2000                 # two pages of 2 MiB
    movl $0x200087, TABLES + 0x2008
    movl $TABLES, %eax
    movl %eax, %cr3
    movl %cr4, %eax
    orl $0x620, %eax            # PAE, OSFXSR, OSXMMEXCPT
    movl %eax, %cr4
    movl $0xC0000080, %ecx      # EFER: LME, SCE
    rdmsr
    orl $0x101, %eax
    wrmsr
    movl %cr0, %eax
    andl $~4, %eax              # no FPU emulation
    orl $0x80000003, %eax       # PG, MP, PE
    movl %eax, %cr0
    lgdt gdt_pointer
    ljmp $0x08, $long_mode

.code64
long_mode:
    movl $0x10, %eax
    movl %eax, %ds
    movl %eax, %es
    movl %eax, %ss
    xorl %eax, %eax             # a leaf of cpuid, which always leaves the guest
    cpuid

    movaps ones(%rip), %xmm0    # (1 + 1) * 2 = 4
    addps %xmm0, %xmm0
    mulps %xmm0, %xmm0
    cvttss2si %xmm0, %eax
    cmpl $4, %eax
    jne stop

    movl $INTERRUPTS + 0x200, %edi              # vector 0x20, an interrupt gate
    movl $on_timer, %eax
    movw %ax, (%rdi)
    movw $0x08, 2(%rdi)
    movw $0x8E00, 4(%rdi)
    shrl $16, %eax
    movl %eax, 6(%rdi)
    lidt idt_pointer(%rip)

    leaq ports(%rip), %rsi      # interrupt controllers and timer
    movl $ports_count, %ecx
1:  movzbl (%rsi), %edx
    movb 1(%rsi), %al
    outb %al, %dx
    addq $2, %rsi
    loop 1b

    xorl %ebx, %ebx
2:  sti
    hlt
    cli
    cmpl $3, %ebx
    jb 2b

    movl $0xC0000081, %ecx      # STAR: kernel segments from 0x08, user segments from 0x18
    xorl %eax, %eax
    movl $0x00180008, %edx
    wrmsr
    movl $0xC0000082, %ecx      # LSTAR: where a system call goes
    movl $on_call, %eax
    xorl %edx, %edx
    wrmsr
    movl $user, %ecx
    movl $2, %r11d              # flags
    movl $USER_STACK, %esp
    sysretq

user:
    movl $0x55534552, %ebx
    pushq %rbx
    popq %rdi
    syscall

on_call:
    movl $STACK, %esp
    cmpl $0x55534552, %edi
    jne stop
    leaq marker(%rip), %rsi
3:  movl $0x3FD, %edx           # wait until the transmitter is empty
4:  inb %dx, %al
    testb $0x20, %al
    jz 4b
    lodsb
    testb %al, %al
    jz stop
    movl $0x3F8, %edx
    outb %al, %dx
    jmp 3b

stop:
    cli
    hlt
    jmp stop

on_timer:
    incl %ebx
    pushq %rax
    movb $0x20, %al             # end of interrupt
    outb %al, $0x20
    popq %rax
    iretq

.align 16
ones:
    .float 1, 1, 1, 1
gdt:
    .quad 0
    .quad 0x00AF9A000000FFFF    # kernel code
    .quad 0x00CF92000000FFFF    # kernel data
    .quad 0                     # a 32-bit user segment, unused
    .quad 0x00CFF2000000FFFF    # user data
    .quad 0x00AFFA000000FFFF    # user code
gdt_pointer:
    .word gdt_pointer - gdt - 1
    .quad gdt
idt_pointer:
    .word 0x20F
    .quad INTERRUPTS
ports:
    .byte 0x20, 0x11, 0x21, 0x20, 0x21, 0x04, 0x21, 0x01, 0x21, 0xFE    # first controller: vectors from 0x20, the timer only
    .byte 0xA1, 0xFF                                                    # second controller: nothing
    .byte 0x43, 0x34, 0x40, 0xA9, 0x40, 0x04                            # timer: about 1000 Hz
.set ports_count, (. - ports) / 2
marker:
    .asciz "QemuTest: a guest runs\r\n"
end:
