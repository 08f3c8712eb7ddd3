// Linear layers in bfloat16 on AMX's tiles: the gradients of weight and bias, and products forward and of the input's gradient.
//
// dW (out, in) = dY^T X, a product over rows. Both operands lie with their columns together and are brought into tiles first:
// X with pairs of rows interleaved, dY transposed. A task is a block of dW; for every RUN rows it packs its columns of both and
// adds their products to sums that stay in the second-level cache, while the next rows are fetched. Every element's sum is
// taken in the same order whatever the blocks, so that results do not depend on the number of threads.

// GCC 12 takes its own headers' undefined vectors for mistakes.
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#endif

#include "common.h"
#include "amx.h"

#ifdef __AMX_BF16__

namespace {

constexpr int STEP = 32;      // rows that one product of tiles sums over; also columns of a pair of tiles
constexpr int RUN = 192;      // rows between two loads of sums
constexpr int STEPS = RUN / STEP;
constexpr int TILE = 1024;    // bytes
constexpr int PAIR = 2 * TILE;
constexpr int LINE = 64;      // bytes of the cache's
constexpr int64_t BLOCK = 768 * 384; // most elements of a block
constexpr int64_t MOST_WEIGHT = 1280 * 1024; // bytes of a weight that a thread keeps packed

inline int64_t least(int64_t a, int64_t b) { return a < b ? a : b; }
inline int64_t parts(int64_t whole, int64_t part) { return (whole + part - 1) / part; }

thread_local Packed scratch;

// A part of a matrix, 32 rows and 32 columns or fewer, as if it were whole: what is missing is 0.
struct Square {
    const bf16* at;
    int64_t stride;
    alignas(64) bf16 copy[STEP * STEP];

    Square(const bf16* from, int64_t rowStride, int64_t rows, int64_t columns) : at(from), stride(rowStride) {
        if (rows < STEP || columns < STEP) {
            __mmask32 which = columns < STEP ? (1u << columns) - 1 : ~0u;
            for (int r = 0; r < STEP; r++) {
                __m512i row = r < rows ? _mm512_maskz_loadu_epi16(which, from + r * rowStride) : _mm512_setzero_si512();
                _mm512_store_si512(copy + r * STEP, row);
            }
            at = copy;
            stride = STEP;
        }
    }
};

// Pairs of rows interleaved: a tile of columns 0-3, 8-11, 16-19, 24-27 and one of the others.
inline void interleave(const Square& from, char* to) {
    for (int r = 0; r < STEP; r += 2) {
        __m512i a = _mm512_loadu_si512(from.at + r * from.stride);
        __m512i b = _mm512_loadu_si512(from.at + (r + 1) * from.stride);
        _mm512_store_si512(to + 32 * r, _mm512_unpacklo_epi16(a, b));
        _mm512_store_si512(to + TILE + 32 * r, _mm512_unpackhi_epi16(a, b));
    }
}

// 8 elements of four rows.
inline __m512i rows(const bf16* from, int64_t stride, int apart) {
    int64_t step = apart * stride;
    __m512i four = _mm512_castsi128_si512(_mm_loadu_si128((const __m128i*)from));
    four = _mm512_inserti32x4(four, _mm_loadu_si128((const __m128i*)(from + step)), 1);
    four = _mm512_inserti32x4(four, _mm_loadu_si128((const __m128i*)(from + 2 * step)), 2);
    return _mm512_inserti32x4(four, _mm_loadu_si128((const __m128i*)(from + 3 * step)), 3);
}

inline __m512 addPairs(__m512 sum, __m512i pairs) {
    return _mm512_dpbf16_ps(sum, (__m512bh)pairs, (__m512bh)_mm512_set1_epi16(0x3f80));
}

// Columns as rows of two tiles, 16 each. @param sums of columns, 8 vectors: 4 columns each, each in 4 parts
inline void transpose(const Square& from, char* to, __m512* sums) {
    for (int c = 0; c < STEP; c += 8) {
        const bf16* at = from.at + c;
        int64_t s = from.stride;
        __m512i v0 = rows(at, s, 8), v1 = rows(at + s, s, 8), v2 = rows(at + 2 * s, s, 8);
        __m512i v3 = rows(at + 3 * s, s, 8), v4 = rows(at + 4 * s, s, 8), v5 = rows(at + 5 * s, s, 8);
        __m512i v6 = rows(at + 6 * s, s, 8), v7 = rows(at + 7 * s, s, 8);
        __m512i a0 = _mm512_unpacklo_epi16(v0, v1), a1 = _mm512_unpackhi_epi16(v0, v1);
        __m512i a2 = _mm512_unpacklo_epi16(v2, v3), a3 = _mm512_unpackhi_epi16(v2, v3);
        __m512i a4 = _mm512_unpacklo_epi16(v4, v5), a5 = _mm512_unpackhi_epi16(v4, v5);
        __m512i a6 = _mm512_unpacklo_epi16(v6, v7), a7 = _mm512_unpackhi_epi16(v6, v7);
        if (sums) {
            __m512 low = sums[c / 4], high = sums[c / 4 + 1];
            low = addPairs(addPairs(addPairs(addPairs(low, a0), a2), a4), a6);
            high = addPairs(addPairs(addPairs(addPairs(high, a1), a3), a5), a7);
            sums[c / 4] = low;
            sums[c / 4 + 1] = high;
        }
        __m512i b0 = _mm512_unpacklo_epi32(a0, a2), b1 = _mm512_unpackhi_epi32(a0, a2);
        __m512i b2 = _mm512_unpacklo_epi32(a1, a3), b3 = _mm512_unpackhi_epi32(a1, a3);
        __m512i b4 = _mm512_unpacklo_epi32(a4, a6), b5 = _mm512_unpackhi_epi32(a4, a6);
        __m512i b6 = _mm512_unpacklo_epi32(a5, a7), b7 = _mm512_unpackhi_epi32(a5, a7);
        __m512i* row = (__m512i*)(to + 64 * c);
        _mm512_store_si512(row, _mm512_unpacklo_epi64(b0, b4));
        _mm512_store_si512(row + 1, _mm512_unpackhi_epi64(b0, b4));
        _mm512_store_si512(row + 2, _mm512_unpacklo_epi64(b1, b5));
        _mm512_store_si512(row + 3, _mm512_unpackhi_epi64(b1, b5));
        _mm512_store_si512(row + 4, _mm512_unpacklo_epi64(b2, b6));
        _mm512_store_si512(row + 5, _mm512_unpackhi_epi64(b2, b6));
        _mm512_store_si512(row + 6, _mm512_unpacklo_epi64(b3, b7));
        _mm512_store_si512(row + 7, _mm512_unpackhi_epi64(b3, b7));
    }
}

// Rows of a matrix that will be read soon, fetched into the second-level cache line by line.
struct Ahead {
    const char* row;
    int64_t bytes;
    int64_t stride;
    int64_t rows;
    int64_t at = 0;

    Ahead(const bf16* from, int64_t columns, int64_t rowStride, int64_t count)
        : row((const char*)from), bytes(2 * columns), stride(2 * rowStride), rows(count) {}

    int64_t lines() const { return rows > 0 ? rows * ((bytes + LINE - 1) / LINE) : 0; }

    void next() {
        if (rows > 0) {
            _mm_prefetch(row + at, _MM_HINT_T1);
            at += LINE;
            if (at >= bytes) {
                at = 0;
                row += stride;
                rows--;
            }
        }
    }
};

// The rows after those at work, spread over so many steps of it.
struct Fetching {
    Ahead x;
    Ahead dy;
    int64_t eachX;
    int64_t eachDy;

    Fetching(Ahead ofX, Ahead ofDy, int64_t steps)
        : x(ofX), dy(ofDy), eachX(parts(x.lines(), steps)), eachDy(parts(dy.lines(), steps)) {}

    void some() {
        for (int64_t i = 0; i < eachX; i++) {
            x.next();
        }
        for (int64_t i = 0; i < eachDy; i++) {
            dy.next();
        }
    }
};

// 32 x 32 sums, in four tiles.
inline void multiply(const char* a, const char* b, int64_t steps, char* sums, bool fresh, Fetching& next) {
    if (fresh) {
        _tile_zero(0);
        _tile_zero(1);
        _tile_zero(2);
        _tile_zero(3);
    } else {
        _tile_loadd(0, sums, 64);
        _tile_loadd(1, sums + TILE, 64);
        _tile_loadd(2, sums + 2 * TILE, 64);
        _tile_loadd(3, sums + 3 * TILE, 64);
    }
    for (int64_t k = 0; k < steps; k++) {
        _tile_loadd(4, a, 64);
        _tile_loadd(6, b, 64);
        _tile_dpbf16ps(0, 4, 6);
        _tile_loadd(7, b + TILE, 64);
        _tile_dpbf16ps(1, 4, 7);
        _tile_loadd(5, a + TILE, 64);
        _tile_dpbf16ps(2, 5, 6);
        _tile_dpbf16ps(3, 5, 7);
        a += PAIR;
        b += PAIR;
        next.some();
    }
    _tile_stored(0, sums, 64);
    _tile_stored(1, sums + TILE, 64);
    _tile_stored(2, sums + 2 * TILE, 64);
    _tile_stored(3, sums + 3 * TILE, 64);
}

// Past the caches where it can be: what is written is read much later.
inline void put(float* to, __m512 x, int64_t columns) {
    if (columns < LANES) {
        store(to, x, first(columns < 0 ? 0 : (int)columns));
    } else if ((uintptr_t)to % LINE == 0) {
        _mm512_stream_ps(to, x);
    } else {
        store(to, x);
    }
}

// Sums to their place, columns in order again.
inline void finish(const char* sums, float* to, int64_t stride, int64_t rows, int64_t columns) {
    const __m512i low = _mm512_setr_epi64(0, 1, 8, 9, 2, 3, 10, 11);
    const __m512i high = _mm512_setr_epi64(4, 5, 12, 13, 6, 7, 14, 15);
    for (int r = 0; r < STEP && r < rows; r++) {
        const char* row = sums + (r / 16) * PAIR + (r % 16) * 64;
        __m512d a = _mm512_load_pd(row);
        __m512d b = _mm512_load_pd(row + TILE);
        put(to + r * stride, _mm512_castpd_ps(_mm512_permutex2var_pd(a, low, b)), columns);
        put(to + r * stride + 16, _mm512_castpd_ps(_mm512_permutex2var_pd(a, high, b)), columns - 16);
    }
}

struct Layer {
    const bf16* x;
    const bf16* dy;
    float* dw;
    float* db;
    int64_t rows, in, out;
};

// dW's rows from m to m + ms, columns from n to n + ns; m and n are multiples of 32.
void block(const Layer& layer, int64_t m, int64_t ms, int64_t n, int64_t ns) {
    int64_t mPairs = parts(ms, STEP);
    int64_t nPairs = parts(ns, STEP);
    int64_t size = mPairs * nPairs * 2 * PAIR;
    char* sums = scratch.ask(size + (nPairs + mPairs) * STEPS * PAIR + mPairs * 8 * sizeof(__m512));
    char* packedX = sums + size;
    char* packedDy = packedX + nPairs * STEPS * PAIR;
    bool biased = layer.db && n == 0;
    __m512* columnSums = (__m512*)(packedDy + mPairs * STEPS * PAIR);
    for (int64_t i = 0; i < mPairs * 8; i++) {
        columnSums[i] = _mm512_setzero_ps();
    }
    for (int64_t k = 0; k < layer.rows; k += RUN) {
        int64_t ks = least(RUN, layer.rows - k);
        int64_t steps = parts(ks, STEP);
        for (int64_t s = 0; s < steps; s++) {
            const bf16* x = layer.x + (k + s * STEP) * layer.in + n;
            for (int64_t j = 0; j < nPairs; j++) {
                Square square(x + j * STEP, layer.in, ks - s * STEP, ns - j * STEP);
                interleave(square, packedX + (j * STEPS + s) * PAIR);
            }
            const bf16* dy = layer.dy + (k + s * STEP) * layer.out + m;
            for (int64_t i = 0; i < mPairs; i++) {
                Square square(dy + i * STEP, layer.out, ks - s * STEP, ms - i * STEP);
                transpose(square, packedDy + (i * STEPS + s) * PAIR, biased ? columnSums + i * 8 : nullptr);
            }
        }
        written(packedDy);
        int64_t after = k + RUN;
        Ahead nextX(layer.x + after * layer.in + n, ns, layer.in, least(RUN, layer.rows - after));
        Ahead nextDy(layer.dy + after * layer.out + m, ms, layer.out, least(RUN, layer.rows - after));
        Fetching next(nextX, nextDy, mPairs * nPairs * steps);
        for (int64_t i = 0; i < mPairs; i++) {
            for (int64_t j = 0; j < nPairs; j++) {
                char* to = sums + (i * nPairs + j) * 2 * PAIR;
                multiply(packedDy + i * STEPS * PAIR, packedX + j * STEPS * PAIR, steps, to, k == 0, next);
                if (after >= layer.rows) {
                    finish(
                        to,
                        layer.dw + (m + i * STEP) * layer.in + n + j * STEP,
                        layer.in,
                        ms - i * STEP,
                        ns - j * STEP);
                }
            }
        }
    }
    for (int64_t c = 0; biased && c < ms; c++) {
        const float* four = (const float*)(columnSums + c / 4) + c % 4;
        layer.db[m + c] = (four[0] + four[4]) + (four[8] + four[12]);
    }
    _mm_sfence();
}

void gradients(const Layer& layer) {
    int64_t threads = omp_get_max_threads();
    int64_t mPairs = parts(layer.out, STEP), nPairs = parts(layer.in, STEP);
    int64_t gm = 1, gn = 1;
    while (layer.out * layer.in > BLOCK * gm * gn || (gm * gn % threads && gm * gn < 2 * threads)) {
        if (gm < mPairs && (gn == nPairs || layer.out * gn >= layer.in * gm)) {
            gm++;
        } else if (gn < nPairs) {
            gn++;
        } else {
            break;
        }
    }
    int64_t mSize = parts(mPairs, gm) * STEP, nSize = parts(nPairs, gn) * STEP;
    gm = parts(layer.out, mSize);
    gn = parts(layer.in, nSize);
#pragma omp parallel
    {
        TilesInUse tiles;
#pragma omp for schedule(static, 1)
        for (int64_t t = 0; t < gm * gn; t++) {
            int64_t m = t % gm * mSize, n = t / gm * nSize;
            block(layer, m, least(mSize, layer.out - m), n, least(nSize, layer.in - n));
        }
    }
}

// Y = X W + b, row by row the same whatever the other rows.
struct Product {
    const bf16* x;
    const bf16* w;
    const float* bias;
    bf16* y;
    int64_t rows, depth, width;
    bool turned; // whether w is (width, depth) instead of (depth, width)
};

// Pairs of columns as rows: of 16 rows each a tile.
inline void turn(const Square& from, char* to) {
    for (int half = 0; half < 2; half++) {
        for (int c = 0; c < 4; c++) {
            const bf16* at = from.at + half * 16 * from.stride + 8 * c;
            int64_t s = from.stride;
            __m512i v0 = rows(at, s, 4), v1 = rows(at + s, s, 4);
            __m512i v2 = rows(at + 2 * s, s, 4), v3 = rows(at + 3 * s, s, 4);
            __m512i a0 = _mm512_unpacklo_epi32(v0, v1), a1 = _mm512_unpackhi_epi32(v0, v1);
            __m512i a2 = _mm512_unpacklo_epi32(v2, v3), a3 = _mm512_unpackhi_epi32(v2, v3);
            __m512i* row = (__m512i*)(to + half * TILE) + 4 * c;
            _mm512_store_si512(row, _mm512_unpacklo_epi64(a0, a2));
            _mm512_store_si512(row + 1, _mm512_unpackhi_epi64(a0, a2));
            _mm512_store_si512(row + 2, _mm512_unpacklo_epi64(a1, a3));
            _mm512_store_si512(row + 3, _mm512_unpackhi_epi64(a1, a3));
        }
    }
}

void packWeight(const Product& p, int64_t n, int64_t ns, char* to) {
    int64_t steps = parts(p.depth, STEP);
    for (int64_t s = 0; s < steps; s++) {
        for (int64_t j = 0; j < parts(ns, STEP); j++) {
            char* pair = to + (j * steps + s) * PAIR;
            int64_t deep = p.depth - s * STEP, wide = ns - j * STEP;
            if (p.turned) {
                turn(Square(p.w + (n + j * STEP) * p.depth + s * STEP, p.depth, wide, deep), pair);
            } else {
                interleave(Square(p.w + s * STEP * p.width + n + j * STEP, p.width, deep, wide), pair);
            }
        }
    }
}

// 32 x 32 sums, rounded, to their place.
inline void round(const Product& p, const char* sums, int64_t row, int64_t rows, int64_t column, int64_t columns) {
    const __m512i low = _mm512_setr_epi64(0, 1, p.turned ? 2 : 8, p.turned ? 3 : 9, p.turned ? 4 : 2, p.turned ? 5 : 3,
        p.turned ? 6 : 10, p.turned ? 7 : 11);
    const __m512i high = _mm512_add_epi64(low, _mm512_set1_epi64(p.turned ? 8 : 4));
    __mmask32 which = columns < STEP ? (1u << columns) - 1 : ~0u;
    __m512 biasLow = _mm512_setzero_ps(), biasHigh = biasLow;
    if (p.bias) {
        biasLow = load(p.bias + column, (__mmask16)which);
        biasHigh = load(p.bias + column + 16, (__mmask16)(which >> 16));
    }
    for (int r = 0; r < STEP && r < rows; r++) {
        const char* at = sums + (r / 16) * PAIR + (r % 16) * 64;
        __m512d a = _mm512_load_pd(at);
        __m512d b = _mm512_load_pd(at + TILE);
        __m512 first = _mm512_add_ps(_mm512_castpd_ps(_mm512_permutex2var_pd(a, low, b)), biasLow);
        __m512 second = _mm512_add_ps(_mm512_castpd_ps(_mm512_permutex2var_pd(a, high, b)), biasHigh);
        __m512i both = (__m512i)_mm512_cvtne2ps_pbh(second, first);
        _mm512_mask_storeu_epi16(p.y + (row + r) * p.width + column, which, both);
    }
}

// Rows from r to r + rs and columns from n to n + ns of the result.
void product(const Product& p, int64_t r, int64_t rs, int64_t n, int64_t ns) {
    int64_t steps = parts(p.depth, STEP);
    int64_t nPairs = parts(ns, STEP);
    char* packed = scratch.ask((nPairs + 1) * steps * PAIR + 2 * PAIR);
    char* sums = packed + nPairs * steps * PAIR;
    bf16* copy = (bf16*)(sums + 2 * PAIR);
    packWeight(p, n, ns, packed);
    written(packed);
    for (int64_t i = r; i < r + rs; i += STEP) {
        int64_t is = least(STEP, r + rs - i);
        const bf16* x = p.x + i * p.depth;
        int64_t stride = p.depth;
        if (is < STEP || p.depth % STEP) {
            stride = steps * STEP;
            for (int64_t s = 0; s < steps; s++) {
                alignas(64) Square square(x + s * STEP, p.depth, is, p.depth - s * STEP);
                for (int row = 0; row < STEP; row++) {
                    __m512i values = _mm512_loadu_si512(square.at + row * square.stride);
                    _mm512_storeu_si512(copy + row * stride + s * STEP, values);
                }
            }
            written(copy);
            x = copy;
        }
        Ahead next(p.x + (i + STEP) * p.depth, p.depth, p.depth, least(STEP, r + rs - i - STEP));
        int64_t each = parts(next.lines(), nPairs * steps);
        const char* b = packed;
        for (int64_t j = 0; j < nPairs; j++) {
            _tile_zero(0);
            _tile_zero(1);
            _tile_zero(2);
            _tile_zero(3);
            const bf16* a = x;
            for (int64_t s = 0; s < steps; s++) {
                _tile_loadd(4, a, 2 * stride);
                _tile_loadd(6, b, 64);
                _tile_dpbf16ps(0, 4, 6);
                _tile_loadd(7, b + TILE, 64);
                _tile_dpbf16ps(1, 4, 7);
                _tile_loadd(5, a + 16 * stride, 2 * stride);
                _tile_dpbf16ps(2, 5, 6);
                _tile_dpbf16ps(3, 5, 7);
                a += STEP;
                b += PAIR;
                for (int64_t l = 0; l < each; l++) {
                    next.next();
                }
            }
            char* to = sums;
            _tile_stored(0, to, 64);
            _tile_stored(1, to + TILE, 64);
            _tile_stored(2, to + 2 * TILE, 64);
            _tile_stored(3, to + 3 * TILE, 64);
            round(p, to, i, is, n + j * STEP, ns - j * STEP);
        }
    }
}

void product(const Product& p) {
    int64_t threads = omp_get_max_threads();
    int64_t panels = parts(p.rows, STEP), nPairs = parts(p.width, STEP);
    int64_t gr = panels < 2 * threads ? 1 : threads;
    int64_t gn = parts(2 * p.depth * p.width, MOST_WEIGHT);
    while (gr * gn % threads && gr * gn < 2 * threads && gn < nPairs) {
        gn++;
    }
    int64_t rSize = parts(panels, gr) * STEP, nSize = parts(nPairs, gn) * STEP;
    gr = parts(p.rows, rSize);
    gn = parts(p.width, nSize);
#pragma omp parallel
    {
        TilesInUse tiles;
#pragma omp for schedule(static)
        for (int64_t t = 0; t < gr * gn; t++) {
            int64_t r = t / gn * rSize, n = t % gn * nSize;
            product(p, r, least(rSize, p.rows - r), n, least(nSize, p.width - n));
        }
    }
}

} // namespace

#endif

// The gradients of weight (out, in) and, unless it is null, bias (out), float32, of x (rows, in) and dy (rows, out) in bfloat16.
JAVA(void, CompiledProducts, gradients, Address x, Address dy, Address dw, Address db, int64_t rows, int64_t in, int64_t out) {
#ifdef __AMX_BF16__
    gradients({(const bf16*)x, (const bf16*)dy, (float*)dw, (float*)db, rows, in, out});
#else
    (void)x, (void)dy, (void)dw, (void)db, (void)rows, (void)in, (void)out;
#endif
}

// y (rows, width) of x (rows, depth) and w, both in bfloat16; bias (width) float32 or null. @param turned w is (width, depth)
JAVA(void, CompiledProducts, product, Address x, Address w, Address bias, Address y, int64_t rows, int64_t depth, int64_t width, unsigned char turned) {
#ifdef __AMX_BF16__
    product({(const bf16*)x, (const bf16*)w, (const float*)bias, (bf16*)y, rows, depth, width, turned != 0});
#else
    (void)x, (void)w, (void)bias, (void)y, (void)rows, (void)depth, (void)width, (void)turned;
#endif
}
