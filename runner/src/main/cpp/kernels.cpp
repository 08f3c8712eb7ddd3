// What Java asks first.
#include "common.h"

#ifdef __AMX_BF16__
#include <sys/syscall.h>
#include <unistd.h>
#endif

// Whether products of tiles in bfloat16 were compiled and the system lets this process use them.
JAVA(unsigned char, CompiledKernels, tiles) {
#ifdef __AMX_BF16__
    const long request = 0x1023; // ARCH_REQ_XCOMP_PERM
    const long tileData = 18;
    return syscall(SYS_arch_prctl, request, tileData) == 0;
#else
    return 0;
#endif
}
