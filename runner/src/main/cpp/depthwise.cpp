// Depthwise convolutions of images with channels last (N, H, W, C) by 3 x 3 or 5 x 5 kernels, steps of one, sizes kept.
//
// A piece of work is some channels of an image. It goes by bands of rows; a band goes by blocks of 32 channels and panels of
// columns. The rows of a panel that a kernel spans are kept as floats in the nearest cache, zeros beyond the edges. While a band
// is computed, the next is fetched, in the order in which it lies in memory.
#include "common.h"

#if defined(__clang__)
#define UNROLL _Pragma("unroll")
#else
#define UNROLL _Pragma("GCC unroll 32")
#endif

namespace {

// A pointer that the compiler takes as it is: what follows it is reached by distances.
template <class T> inline T* near(T* pointer) {
    asm("" : "+r"(pointer));
    return pointer;
}

constexpr int HALVES = 2;
constexpr int BLOCK = HALVES * LANES;
constexpr int MOST_BLOCKS = 8;
constexpr int PANEL = 32;
constexpr int BAND = 8;
constexpr int STEP = 4;

struct Extents {
    int64_t images;
    int rows;
    int columns;
    int channels;

    // Of 32 channels each, the last perhaps fewer.
    int blocks() const { return (channels + BLOCK - 1) / BLOCK; }
    // Pieces of an image.
    int groups() const { return (blocks() + MOST_BLOCKS - 1) / MOST_BLOCKS; }
    int bands() const { return (rows + BAND - 1) / BAND; }
    int64_t pieces() const { return images * groups(); }
    int64_t at(int64_t image, int row, int column, int channel) const {
        return ((image * rows + row) * columns + column) * channels + channel;
    }
};

// Images of one of two element types.
struct Images {
    Address address;
    bool isNarrow;

    // Of columns that follow each other, some channels each, as floats.
    void get(int64_t at, int step, int count, __mmask16 which, float (*to)[LANES]) const {
        if (isNarrow) {
            floats((const bf16*)address + at, step, count, which, to);
        } else {
            floats((const float*)address + at, step, count, which, to);
        }
    }

    template <class Element>
    static void floats(const Element* from, int step, int count, __mmask16 which, float (*to)[LANES]) {
        for (int i = 0; i < count; i++) {
            _mm512_store_ps(to[0], load(from, which));
            from += step;
            to++;
        }
    }

    // Of columns that follow each other, some channels each.
    template <int COUNT> void put(int64_t at, int step, const __m512* x, int count, __mmask16 which) const {
        if (isNarrow) {
            UNROLL for (int i = 0; i < COUNT; i++) {
                if (i < count) {
                    store((bf16*)address + at + (int64_t)i * step, x[i], which);
                }
            }
        } else {
            UNROLL for (int i = 0; i < COUNT; i++) {
                if (i < count) {
                    store((float*)address + at + (int64_t)i * step, x[i], which);
                }
            }
        }
    }

    int width() const { return isNarrow ? 2 : 4; }
};

// Kernels of a block of channels: the taps row by row, then the offset.
template <int SIDE> using Taps = float[SIDE * SIDE + 1][LANES];

// A band of rows of some channels of an image.
struct Band {
    int64_t image;
    int firstBlock;
    int endBlock;
    int firstRow;
    int endRow;

    // The index-th of a list, all of a piece's one after the other.
    Band(const Extents& all, int64_t index) {
        int64_t piece = index / all.bands();
        int group = (int)(piece % all.groups());
        image = piece / all.groups();
        firstBlock = group * all.blocks() / all.groups();
        endBlock = (group + 1) * all.blocks() / all.groups();
        firstRow = (int)(index % all.bands()) * BAND;
        endRow = firstRow + BAND < all.rows ? firstRow + BAND : all.rows;
    }
};

// Brings a band to the second cache, some lines each time.
struct Fetch {
    static constexpr int LINE = 64;
    const char* at = nullptr;
    bool writes;
    int lines;
    int line = 0;
    int64_t gap;
    int64_t left = 0;
    int64_t quota = 0;
    int64_t due = 0;

    // A band's rows, those after its first ones and as many after its last ones.
    Fetch(const Images& images, const Extents& all, const Band& band, int after, bool writes, int64_t shares)
        : writes(writes) {
        int from = band.firstRow == 0 ? 0 : band.firstRow + after;
        int to = band.endRow + after < all.rows ? band.endRow + after : all.rows;
        int channel = band.firstBlock * BLOCK;
        int end = band.endBlock * BLOCK < all.channels ? band.endBlock * BLOCK : all.channels;
        lines = ((end - channel) * images.width() + LINE - 1) / LINE;
        gap = (int64_t)all.channels * images.width() - (int64_t)lines * LINE;
        if (to > from && images.address != 0) {
            at = (const char*)(images.address + all.at(band.image, from, 0, channel) * images.width());
            left = (int64_t)(to - from) * all.columns * lines;
            quota = left * LINE / shares + 1;
        }
    }

    void share() {
        for (due += quota; due >= LINE && left > 0; due -= LINE) {
            if (writes) {
                __builtin_prefetch(at, 1, 2);
            } else {
                __builtin_prefetch(at, 0, 2);
            }
            left--;
            at += LINE;
            if (++line == lines) {
                line = 0;
                at += gap;
            }
        }
    }
};

// What the next band reads and writes.
struct Ahead {
    Fetch first;
    Fetch second;
    Fetch third;

    void share() {
        first.share();
        second.share();
        third.share();
    }
};

// Some channels of an image and the columns of a panel.
struct Part {
    int64_t image;
    int channel;
    int halves;
    __mmask16 which[HALVES];
    int column;
    int columns;

    Part(const Extents& all, int64_t image, int block) : image(image), channel(block * BLOCK), column(0), columns(0) {
        int left = all.channels - channel;
        halves = left > LANES ? 2 : 1;
        which[0] = first(left < LANES ? left : LANES);
        which[1] = first(left < LANES ? 0 : left < BLOCK ? left - LANES : LANES);
    }

    // The next panel, if there is one.
    bool next(const Extents& all) {
        column += columns;
        columns = all.columns - column < PANEL ? all.columns - column : PANEL;
        return columns > 0;
    }
};

// About how many parts of rows, of some columns each, a band is computed in.
inline int64_t tiles(const Extents& all, const Band& band, int columns) {
    int each = (all.columns + columns - 1) / columns;
    return (int64_t)(band.endRow - band.firstRow) * (band.endBlock - band.firstBlock) * HALVES * each;
}

// The pieces that a thread of a team computes, as bands.
struct Share {
    int64_t from;
    int64_t to;

    explicit Share(const Extents& all) {
        int64_t team = omp_get_num_threads();
        int64_t me = omp_get_thread_num();
        from = all.pieces() * me / team * all.bands();
        to = all.pieces() * (me + 1) / team * all.bands();
    }
};

// The rows of a panel that a kernel spans, each in its place until the one that is SIDE later.
template <int SIDE> struct Window {
    static constexpr int MARGIN = SIDE / 2;
    static constexpr int WIDTH = PANEL + SIDE - 1;
    alignas(64) float values[HALVES][SIDE][WIDTH][LANES];

    void take(const Images& from, const Extents& all, const Part& part, int row) {
        int slot = (row + SIDE) % SIDE;
        int width = part.columns + SIDE - 1;
        int left = part.column < MARGIN ? MARGIN - part.column : 0;
        int beyond = part.column + part.columns + MARGIN - all.columns;
        int end = beyond > 0 ? width - beyond : width;
        if (row < 0 || row >= all.rows) {
            left = end = width;
        }
        for (int half = 0; half < part.halves; half++) {
            auto* to = values[half][slot];
            __mmask16 which = part.which[half];
            for (int i = 0; i < left; i++) {
                _mm512_store_ps(to[i], _mm512_setzero_ps());
            }
            int64_t at = all.at(part.image, row, part.column - MARGIN, part.channel + half * LANES);
            from.get(at + (int64_t)left * all.channels, all.channels, end - left, which, to + left);
            for (int i = end; i < width; i++) {
                _mm512_store_ps(to[i], _mm512_setzero_ps());
            }
        }
    }

    // All that the first row of a band needs but the last.
    void start(const Images& from, const Extents& all, const Part& part, int row) {
        for (int i = row - MARGIN; i < row + MARGIN; i++) {
            take(from, all, part, i);
        }
    }

    void rows(int half, int row, const float (**to)[LANES]) const {
        for (int i = 0; i < SIDE; i++) {
            to[i] = values[half][(row + i - MARGIN + SIDE) % SIDE];
        }
    }
};

// COUNT columns of the result, from a column of the window on.
template <int SIDE, int COUNT>
inline void tile(const float (*const* rows)[LANES], int column, const Taps<SIDE>& taps, __m512* sums, Ahead& ahead) {
    UNROLL for (int i = 0; i < COUNT; i++) {
        sums[i] = _mm512_loadu_ps(taps[SIDE * SIDE]);
    }
    for (int r = 0; r < SIDE; r++) {
        ahead.share();
        const auto* row = near(rows[r] + column);
        __m512 tap[SIDE];
        UNROLL for (int s = 0; s < SIDE; s++) {
            tap[s] = _mm512_loadu_ps(taps[r * SIDE + s]);
        }
        UNROLL for (int i = 0; i < COUNT + SIDE - 1; i++) {
            __m512 x = _mm512_load_ps(row[i]);
            UNROLL for (int s = 0; s < SIDE; s++) {
                if (i - s >= 0 && i - s < COUNT) {
                    sums[i - s] = _mm512_fmadd_ps(x, tap[s], sums[i - s]);
                }
            }
        }
    }
}

template <int SIDE, int COUNT>
inline void columns(const float (*const* rows)[LANES], int column, int count, const Taps<SIDE>& taps, const Images& to,
                    int64_t at, int step, __mmask16 which, Ahead& ahead) {
    __m512 sums[COUNT];
    tile<SIDE, COUNT>(rows, column, taps, sums, ahead);
    to.put<COUNT>(at, step, sums, count, which);
}

// One row of the result.
template <int SIDE>
inline void row(const Window<SIDE>& window, const Extents& all, const Part& part, const Taps<SIDE>* taps, int row,
                const Images& to, Ahead& ahead) {
    for (int half = 0; half < part.halves; half++) {
        const float(*rows[SIDE])[LANES];
        window.rows(half, row, rows);
        int64_t at = all.at(part.image, row, part.column, part.channel + half * LANES);
        __mmask16 which = part.which[half];
        for (int i = 0; i < part.columns;) {
            int left = part.columns - i;
            int64_t there = at + (int64_t)i * all.channels;
            if (left > 8) {
                columns<SIDE, 16>(rows, i, left < 16 ? left : 16, taps[half], to, there, all.channels, which, ahead);
                i += 16;
            } else if (left > 4) {
                columns<SIDE, 8>(rows, i, left, taps[half], to, there, all.channels, which, ahead);
                i += 8;
            } else {
                columns<SIDE, 4>(rows, i, left, taps[half], to, there, all.channels, which, ahead);
                i += 4;
            }
        }
    }
}

// Adds what some columns of an operand, COUNT at a time, and the window around them give to the kernel's gradient, turned
// round. A function of its own: all sums stay in registers.
template <int SIDE, int COUNT>
__attribute__((noinline)) void products(const float (*x)[LANES], const float (*const* rows)[LANES], int times,
                                        Taps<SIDE>& gradients) {
    constexpr int TAPS = SIDE * SIDE + 1;
    __m512 sums[TAPS];
    UNROLL for (int i = 0; i < TAPS; i++) {
        sums[i] = _mm512_loadu_ps(gradients[i]);
    }
    const float(*at[SIDE])[LANES];
    UNROLL for (int r = 0; r < SIDE; r++) {
        at[r] = rows[r];
    }
    for (int k = 0; k < times; k++) {
        __m512 here[COUNT];
        UNROLL for (int i = 0; i < COUNT; i++) {
            here[i] = _mm512_load_ps(x[i]);
        }
        UNROLL for (int r = 0; r < SIDE; r++) {
            UNROLL for (int i = 0; i < COUNT + SIDE - 1; i++) {
                __m512 there = _mm512_load_ps(at[r][i]);
                UNROLL for (int s = 0; s < SIDE; s++) {
                    if (i - s >= 0 && i - s < COUNT) {
                        sums[r * SIDE + s] = _mm512_fmadd_ps(there, here[i - s], sums[r * SIDE + s]);
                    }
                }
                if (r == SIDE / 2 && i - SIDE / 2 >= 0 && i - SIDE / 2 < COUNT) {
                    sums[SIDE * SIDE] = _mm512_add_ps(sums[SIDE * SIDE], there);
                }
            }
            at[r] = near(at[r] + COUNT);
        }
        x = near(x + COUNT);
    }
    UNROLL for (int i = 0; i < TAPS; i++) {
        _mm512_storeu_ps(gradients[i], sums[i]);
    }
}

template <int SIDE>
inline void gradient(const float (*x)[LANES], const float (**rows)[LANES], int count, Taps<SIDE>& gradients) {
    int whole = count / STEP * STEP;
    products<SIDE, STEP>(x, rows, whole / STEP, gradients);
    if (whole < count) {
        for (int r = 0; r < SIDE; r++) {
            rows[r] += whole;
        }
        products<SIDE, 1>(x + whole, rows, count - whole, gradients);
    }
}

template <int SIDE> void forward(const Images& x, const Images& y, const float* packed, const Extents& all) {
    const auto* taps = (const Taps<SIDE>*)packed;
#pragma omp parallel
    {
        Window<SIDE> window;
        memset(&window, 0, sizeof(window));
        Share share(all);
        for (int64_t index = share.from; index < share.to; index++) {
            Band band(all, index);
            Band next(all, index + 1 < share.to ? index + 1 : index);
            int64_t shares = tiles(all, band, LANES) * SIDE;
            Ahead ahead{Fetch(x, all, next, window.MARGIN, false, shares), Fetch(y, all, next, 0, true, shares),
                        Fetch(Images{0, false}, all, next, 0, false, shares)};
            for (int block = band.firstBlock; block < band.endBlock; block++) {
                Part part(all, band.image, block);
                while (part.next(all)) {
                    window.start(x, all, part, band.firstRow);
                    for (int i = band.firstRow; i < band.endRow; i++) {
                        window.take(x, all, part, i + window.MARGIN);
                        row<SIDE>(window, all, part, taps + part.channel / LANES, i, y, ahead);
                    }
                }
            }
        }
    }
}

// The gradients of the input and, first of each image's and then of all images, of the kernels.
template <int SIDE>
void backward(const Images& x, const Images& dy, const Images& dx, const float* packed, float* partial, float* gradients,
              const Extents& all) {
    constexpr int TAPS = SIDE * SIDE + 1;
    const auto* taps = (const Taps<SIDE>*)packed;
    int blocks = (all.channels + LANES - 1) / LANES;
    auto* parts = (Taps<SIDE>*)partial;
    auto* sums = (Taps<SIDE>*)gradients;
#pragma omp parallel
    {
        Window<SIDE> window;
        memset(&window, 0, sizeof(window));
        alignas(64) Taps<SIDE> turned[HALVES];
        alignas(64) float here[PANEL][LANES];
        memset(turned, 0, sizeof(turned));
        Share share(all);
        for (int64_t index = share.from; index < share.to; index++) {
            Band band(all, index);
            Band next(all, index + 1 < share.to ? index + 1 : index);
            int64_t shares = dx.address == 0 ? tiles(all, band, PANEL) : tiles(all, band, LANES) * SIDE;
            Ahead ahead{Fetch(dy, all, next, window.MARGIN, false, shares), Fetch(x, all, next, 0, false, shares),
                        Fetch(dx, all, next, 0, true, shares)};
            for (int block = band.firstBlock; block < band.endBlock; block++) {
                Part part(all, band.image, block);
                auto* own = parts + band.image * blocks + part.channel / LANES;
                if (band.firstRow == 0) {
                    memset(own, 0, part.halves * sizeof(own[0]));
                }
                for (int half = 0; half < part.halves; half++) {
                    for (int i = 0; i < SIDE * SIDE; i++) {
                        const auto& tap = taps[part.channel / LANES + half][SIDE * SIDE - 1 - i];
                        memcpy(turned[half][i], tap, sizeof(tap));
                    }
                }
                while (part.next(all)) {
                    window.start(dy, all, part, band.firstRow);
                    for (int i = band.firstRow; i < band.endRow; i++) {
                        window.take(dy, all, part, i + window.MARGIN);
                        if (dx.address != 0) {
                            row<SIDE>(window, all, part, turned, i, dx, ahead);
                        }
                        for (int half = 0; half < part.halves; half++) {
                            const float(*rows[SIDE])[LANES];
                            window.rows(half, i, rows);
                            int64_t at = all.at(part.image, i, part.column, part.channel + half * LANES);
                            if (dx.address == 0) {
                                ahead.share();
                            }
                            x.get(at, all.channels, part.columns, part.which[half], here);
                            gradient<SIDE>(here, rows, part.columns, own[half]);
                        }
                    }
                }
            }
        }
#pragma omp barrier
#pragma omp for schedule(static)
        for (int block = 0; block < blocks; block++) {
            for (int i = 0; i < TAPS; i++) {
                __m512 sum = _mm512_setzero_ps();
                for (int64_t image = 0; image < all.images; image++) {
                    sum = _mm512_add_ps(sum, load(parts[image * blocks + block][i]));
                }
                store(sums[block][i < SIDE * SIDE ? SIDE * SIDE - 1 - i : i], sum);
            }
        }
    }
}

} // namespace

// Adds a kernel (C, 1, branch, branch) and an offset (C) to packed ones of a side, blocks of 16 channels each.
JAVA(void, CompiledDepthwise, fold, Address packed, int side, Address weight, Address bias, int branch, int channels) {
    auto* to = (float*)packed;
    const auto* kernel = (const float*)weight;
    int margin = (side - branch) / 2;
    int taps = side * side + 1;
    for (int c = 0; c < channels; c++) {
        float* block = to + (int64_t)(c / LANES) * taps * LANES + c % LANES;
        for (int r = 0; r < branch; r++) {
            for (int s = 0; s < branch; s++) {
                block[((r + margin) * side + s + margin) * LANES] += kernel[((int64_t)c * branch + r) * branch + s];
            }
        }
        block[side * side * LANES] += ((const float*)bias)[c];
    }
}

// Adds one to the middle of packed kernels.
JAVA(void, CompiledDepthwise, identity, Address packed, int side, int channels) {
    for (int c = 0; c < channels; c++) {
        ((float*)packed)[((int64_t)(c / LANES) * (side * side + 1) + side * side / 2) * LANES + c % LANES] += 1;
    }
}

// The middle of packed gradients of kernels (C, 1, branch, branch), and those of offsets (C).
JAVA(void, CompiledDepthwise, unfold, Address packed, int side, Address weight, Address bias, int branch, int channels) {
    const auto* from = (const float*)packed;
    auto* kernel = (float*)weight;
    int margin = (side - branch) / 2;
    int taps = side * side + 1;
    for (int c = 0; c < channels; c++) {
        const float* block = from + (int64_t)(c / LANES) * taps * LANES + c % LANES;
        for (int r = 0; r < branch; r++) {
            for (int s = 0; s < branch; s++) {
                kernel[((int64_t)c * branch + r) * branch + s] = block[((r + margin) * side + s + margin) * LANES];
            }
        }
        ((float*)bias)[c] = block[side * side * LANES];
    }
}

JAVA(void, CompiledDepthwise, forward, Address x, unsigned char xNarrow, Address y, unsigned char yNarrow, Address packed,
     int side, int64_t images, int rows, int columns, int channels) {
    Extents all{images, rows, columns, channels};
    Images from{x, xNarrow != 0};
    Images to{y, yNarrow != 0};
    if (side == 3) {
        forward<3>(from, to, (const float*)packed, all);
    } else {
        forward<5>(from, to, (const float*)packed, all);
    }
}

JAVA(void, CompiledDepthwise, backward, Address x, unsigned char xNarrow, Address dy, unsigned char dyNarrow, Address dx,
     unsigned char dxNarrow, Address packed, Address partial, Address gradients, int side, int64_t images, int rows,
     int columns, int channels) {
    Extents all{images, rows, columns, channels};
    Images input{x, xNarrow != 0};
    Images given{dy, dyNarrow != 0};
    Images wanted{dx, dxNarrow != 0};
    if (side == 3) {
        backward<3>(input, given, wanted, (const float*)packed, (float*)partial, (float*)gradients, all);
    } else {
        backward<5>(input, given, wanted, (const float*)packed, (float*)partial, (float*)gradients, all);
    }
}
