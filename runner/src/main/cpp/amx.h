// Tiles of AMX: 16 rows of 64 bytes. Only where the compiler's target has them.
#pragma once

#include "common.h"

#include <cstdlib>
#include <sys/mman.h>

#ifdef __AMX_BF16__

struct alignas(64) Tiles {
    uint8_t palette = 1;
    uint8_t start = 0;
    uint8_t reserved[14] = {};
    uint16_t bytes[16] = {};
    uint8_t rows[16] = {};

    // All eight tiles whole.
    Tiles() {
        for (int i = 0; i < 8; i++) {
            bytes[i] = 64;
            rows[i] = 16;
        }
    }
};

// To be called between writing memory and loading tiles from it: GCC is not told what a load of a tile or of a
// configuration reads, and may leave out or delay the writing.
static inline void written(const void* memory) { asm volatile("" : : "r"(memory) : "memory"); }

// Memory of a thread that grows to what it was asked for and stays until the thread ends, in large pages.
struct Packed {
    static constexpr size_t LARGE = 2 << 20;
    char* at = nullptr;
    size_t bytes = 0;

    char* ask(size_t wanted) {
        if (wanted > bytes) {
            free(at);
            bytes = (wanted + LARGE - 1) / LARGE * LARGE;
            at = (char*)aligned_alloc(LARGE, bytes);
            madvise(at, bytes, MADV_HUGEPAGE);
        }
        return at;
    }

    ~Packed() { free(at); }
};

// A thread's tiles while it lives. oneDNN sets its own before each of its kernels.
struct TilesInUse {
    explicit TilesInUse(const Tiles& tiles = Tiles()) {
        written(&tiles);
        _tile_loadconfig(&tiles);
    }
    ~TilesInUse() { _tile_release(); }
};

#endif
