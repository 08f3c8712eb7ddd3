// What attention is made of: tiles, packed rows of queries, keys and values, where they lie.
//
// Everything that a product reads is first packed into tiles of 1 KB: rows (16 rows of 32 numbers), their transpose (16 pairs
// of numbers of 16 rows), or pairs of rows (16 pairs of rows, 16 numbers each). Rows and numbers beyond the extents are 0.
#pragma once

#include "amx.h"

#ifdef __AMX_BF16__

namespace {

constexpr int SIDE = 16;  // rows of a tile, and floats in one of its rows
constexpr int DEPTH = 32; // bfloat16 numbers in one of its rows
constexpr int TILE = SIDE * DEPTH;
constexpr int BLOCK = 2 * SIDE; // rows of a block: two tiles

int blocks(int extent) { return (extent + BLOCK - 1) / BLOCK; }

// 2^x, to about 2 units in the last place: a polynomial of its fraction, and its floor as exponent.
inline __m512 powerOfTwo(__m512 x) {
    __m512 fraction = _mm512_reduce_ps(x, _MM_FROUND_TO_NEG_INF); // 0 of infinities
    __m512 y = _mm512_set1_ps(0.0018671300495043397f);
    y = _mm512_fmadd_ps(y, fraction, _mm512_set1_ps(0.009017029777169228f));
    y = _mm512_fmadd_ps(y, fraction, _mm512_set1_ps(0.05579991266131401f));
    y = _mm512_fmadd_ps(y, fraction, _mm512_set1_ps(0.24016444385051727f));
    y = _mm512_fmadd_ps(y, fraction, _mm512_set1_ps(0.6931512951850891f));
    y = _mm512_fmadd_ps(y, fraction, _mm512_set1_ps(1.0f));
    return _mm512_scalef_ps(y, x);
}

// The first of two vectors in the lower half.
inline __m512i narrowed(__m512 lower, __m512 upper) { return (__m512i)_mm512_cvtne2ps_pbh(upper, lower); }

// 16 rows of 16 words, exchanged; @param step bytes between the rows that are written
inline void transpose(const void* from, void* to, long step = 64) {
    __m512i r[16];
    __m512i t[16];
    for (int i = 0; i < 16; i++) {
        r[i] = _mm512_loadu_si512((const char*)from + 64 * i);
    }
    for (int i = 0; i < 16; i += 2) {
        t[i] = _mm512_unpacklo_epi32(r[i], r[i + 1]);
        t[i + 1] = _mm512_unpackhi_epi32(r[i], r[i + 1]);
    }
    for (int i = 0; i < 16; i += 4) {
        r[i] = _mm512_unpacklo_epi64(t[i], t[i + 2]);
        r[i + 1] = _mm512_unpackhi_epi64(t[i], t[i + 2]);
        r[i + 2] = _mm512_unpacklo_epi64(t[i + 1], t[i + 3]);
        r[i + 3] = _mm512_unpackhi_epi64(t[i + 1], t[i + 3]);
    }
    for (int i = 0; i < 4; i++) {
        t[i] = _mm512_shuffle_i32x4(r[i], r[i + 4], 0x88);
        t[i + 4] = _mm512_shuffle_i32x4(r[i], r[i + 4], 0xdd);
        t[i + 8] = _mm512_shuffle_i32x4(r[i + 8], r[i + 12], 0x88);
        t[i + 12] = _mm512_shuffle_i32x4(r[i + 8], r[i + 12], 0xdd);
    }
    for (int i = 0; i < 8; i++) {
        r[i] = _mm512_shuffle_i32x4(t[i], t[i + 8], 0x88);
        r[i + 8] = _mm512_shuffle_i32x4(t[i], t[i + 8], 0xdd);
    }
    for (int i = 0; i < 16; i++) {
        _mm512_storeu_si512((char*)to + step * i, r[i]);
    }
}

// Sums of 16 vectors.
inline __m512 sums(const __m512* rows) {
    float words[256];
    for (int i = 0; i < 16; i++) {
        _mm512_storeu_ps(words + 16 * i, rows[i]);
    }
    transpose(words, words);
    __m512 sum = _mm512_loadu_ps(words);
    for (int i = 1; i < 16; i++) {
        sum = _mm512_add_ps(sum, _mm512_loadu_ps(words + 16 * i));
    }
    return sum;
}

// Orders of 16-bit numbers.
struct Order {
    alignas(64) uint16_t places[32] = {};

    // Every other from `other` on, between those from `one` on.
    constexpr Order(int one, int other) {
        for (int i = 0; i < 16; i++) {
            places[2 * i] = (uint16_t)(one + i);
            places[2 * i + 1] = (uint16_t)(other + i);
        }
    }

    __m512i vector() const { return _mm512_load_si512(places); }
};

constexpr Order LOWER_HALVES(0, 32);
constexpr Order UPPER_HALVES(16, 48);
constexpr Order HALVES(0, 16);

// Of 16 rows, half a tile of pairs for each 16 of their numbers: at `to` for the first, the next ones a tile further.
inline void pair(const bf16* rows, int depth, bf16* to) {
    const __m512i first = LOWER_HALVES.vector();
    const __m512i second = UPPER_HALVES.vector();
    for (int k = 0; k < depth; k++) {
        for (int r = 0; r < SIDE; r += 2) {
            __m512i even = _mm512_loadu_si512(rows + k * TILE + r * DEPTH);
            __m512i odd = _mm512_loadu_si512(rows + k * TILE + (r + 1) * DEPTH);
            bf16* at = to + 2 * k * TILE + r / 2 * DEPTH;
            _mm512_storeu_si512(at, _mm512_permutex2var_epi16(even, first, odd));
            _mm512_storeu_si512(at + TILE, _mm512_permutex2var_epi16(even, second, odd));
        }
    }
}

// A sum of products of tiles, two tiles of rows by one or two of columns, into tiles 0 to 3. Tiles of a: the second's rows
// `aside` further, the next step's `aStep`; of b: the second's columns `beside` further, the next step's `bStep`.
template <int COLUMNS>
inline void multiply(
    const bf16* a, long aside, long aStep, const bf16* b, long beside, long bStep, int steps) {
    written(a);
    written(b);
    for (int k = 0; k < steps; k++, a += aStep, b += bStep) {
        _tile_loadd(4, a, 64);
        _tile_loadd(6, b, 64);
        _tile_dpbf16ps(0, 4, 6);
        _tile_loadd(5, a + aside, 64);
        _tile_dpbf16ps(2, 5, 6);
        if (COLUMNS == 2) {
            _tile_loadd(7, b + beside, 64);
            _tile_dpbf16ps(1, 4, 7);
            _tile_dpbf16ps(3, 5, 7);
        }
    }
}

inline void clear() {
    _tile_zero(0);
    _tile_zero(1);
    _tile_zero(2);
    _tile_zero(3);
}

// Writes them, the second row of tiles `aside` floats further, the second column's `beside`; rows of a tile `step` apart.
template <int COLUMNS> inline void put(float* to, long aside, long beside, long step) {
    _tile_stored(0, to, 4 * step);
    _tile_stored(2, to + aside, 4 * step);
    if (COLUMNS == 2) {
        _tile_stored(1, to + beside, 4 * step);
        _tile_stored(3, to + aside + beside, 4 * step);
    }
}

// One thread's memory, handed out piece by piece.
struct Scratch {
    Packed all;
    char* memory = nullptr;
    size_t used = 0;

    void begin(size_t wanted) {
        memory = all.ask(wanted);
        used = 0;
    }

    template <class T> T* take(size_t count) {
        T* at = (T*)(memory + used);
        used += (count * sizeof(T) + 63) / 64 * 64;
        return at;
    }
};

thread_local Scratch scratch;

// Projections (N, T, 3 heads d) as [q|k|v][heads][d] and how queries meet keys.
struct Form {
    int images;
    int heads;
    int tokens;
    int width;           // of a head
    const float* angles; // (T, d / 2) complex, or null
    const float* scales; // (heads), or null: queries and keys are normalised, and queries multiplied by it
    float factor;        // of the logits

    long channels() const { return (long)heads * width; }
    int depth() const { return blocks(width); }              // steps of a product over numbers of a head
    int columns() const { return (width + SIDE - 1) / SIDE; } // tiles beside each other in rows of a head
    int along() const { return blocks(tokens); }             // blocks of tokens
    // Tokens in a block.
    int kept(int block) const { return tokens - block * BLOCK < BLOCK ? tokens - block * BLOCK : BLOCK; }
    bool turns() const { return angles != nullptr || scales != nullptr; }
};

// Rows of queries or keys: as they lie, or rotated, normalised and multiplied by a number.
struct Rows {
    const Form& form;
    const bf16* from;
    long step;
    float multiple; // of a normalised row
    bool turns;

    // Some rotated row's 16 numbers from one on.
    __m512 rotated(int row, int at, __mmask16 which) const {
        __m512 x = load(from + row * step + at, which);
        if (form.angles == nullptr) {
            return x;
        }
        __m512 angles = load(form.angles + (long)row * form.width + at, which);
        __m512 exchanged = _mm512_permute_ps(x, 0xb1);
        __m512 cosines = _mm512_moveldup_ps(angles);
        __m512 sines = _mm512_movehdup_ps(angles);
        return _mm512_fmaddsub_ps(x, cosines, _mm512_mul_ps(exchanged, sines));
    }

    // Packs 16 rows, fewer at the end; @param inverses of the rows' lengths, written where they are normalised.
    void pack(int row, bf16* tiles, float* inverses) const {
        const int depth = form.depth();
        const int count = form.tokens - row < SIDE ? form.tokens - row : SIDE;
        if (count < SIDE) {
            memset(tiles, 0, (size_t)depth * TILE * sizeof(bf16));
        }
        if (!turns) {
            for (int r = 0; r < count; r++) {
                for (int k = 0; k < depth; k++) {
                    __m512i x = _mm512_maskz_loadu_epi16(among(k), from + (row + r) * step + k * DEPTH);
                    _mm512_storeu_si512(tiles + k * TILE + r * DEPTH, x);
                }
            }
            return;
        }
        float wide[SIDE * 128];
        __m512 squares[SIDE];
        for (int r = 0; r < SIDE; r++) {
            squares[r] = _mm512_setzero_ps();
            for (int at = 0; r < count && at < depth * DEPTH; at += LANES) {
                __m512 x = rotated(row + r, at, within(at));
                squares[r] = _mm512_fmadd_ps(x, x, squares[r]);
                _mm512_storeu_ps(wide + r * 128 + at, x);
            }
        }
        float factors[SIDE];
        if (form.scales != nullptr) {
            // Not below 1e-24; NaN stays.
            __m512 squared = _mm512_max_ps(_mm512_set1_ps(1e-24f), sums(squares));
            __m512 inverse = _mm512_div_ps(_mm512_set1_ps(1), _mm512_sqrt_ps(squared));
            _mm512_storeu_ps(inverses + row, inverse);
            _mm512_storeu_ps(factors, _mm512_mul_ps(inverse, _mm512_set1_ps(multiple)));
        }
        for (int r = 0; r < count; r++) {
            __m512 by = _mm512_set1_ps(form.scales == nullptr ? 1 : factors[r]);
            for (int k = 0; k < depth; k++) {
                __m512 lower = _mm512_loadu_ps(wide + r * 128 + k * DEPTH);
                __m512 upper = _mm512_loadu_ps(wide + r * 128 + k * DEPTH + LANES);
                __m512i x = narrowed(_mm512_mul_ps(lower, by), _mm512_mul_ps(upper, by));
                _mm512_storeu_si512(tiles + k * TILE + r * DEPTH, x);
            }
        }
    }

    // Writes the gradient of one row from that of what `pack` made of it; the sum of its products with the unit row.
    float unpack(int row, const float* gradient, const float* inverses, float factor, bf16* to) const {
        const bool normalised = turns && form.scales != nullptr;
        __m512 along = _mm512_setzero_ps();
        __m512 by = _mm512_set1_ps(factor);
        float sum = 0;
        if (normalised) {
            for (int at = 0; at < form.width; at += LANES) {
                __mmask16 which = within(at);
                along = _mm512_fmadd_ps(load(gradient + at, which), rotated(row, at, which), along);
            }
            const float inverse = inverses[row];
            sum = _mm512_reduce_add_ps(along) * inverse * factor;
            along = _mm512_set1_ps(-sum * inverse * inverse * multiple);
            by = _mm512_set1_ps(factor * inverse * multiple);
        }
        auto made = [&](int at, __mmask16 which) __attribute__((always_inline)) {
            __m512 g = _mm512_mul_ps(load(gradient + at, which), by);
            if (normalised) {
                g = _mm512_fmadd_ps(rotated(row, at, which), along, g);
            }
            if (turns && form.angles != nullptr) {
                __m512 angles = load(form.angles + (long)row * form.width + at, which);
                __m512 exchanged = _mm512_permute_ps(g, 0xb1);
                __m512 cosines = _mm512_moveldup_ps(angles);
                __m512 sines = _mm512_movehdup_ps(angles);
                g = _mm512_fmsubadd_ps(g, cosines, _mm512_mul_ps(exchanged, sines));
            }
            return g;
        };
        int at = 0;
        for (; at + DEPTH <= form.width; at += DEPTH) {
            const __mmask16 all = 0xffff;
            __m512i x = narrowed(made(at, all), made(at + LANES, all));
            if (((uintptr_t)(to + at) & 63) == 0) {
                _mm512_stream_si512((__m512i*)(to + at), x);
            } else {
                _mm512_storeu_si512(to + at, x);
            }
        }
        for (; at < form.width; at += LANES) {
            store(to + at, made(at, within(at)), within(at));
        }
        return sum;
    }

    __mmask16 within(int at) const {
        int left = form.width - at;
        return left >= LANES ? (__mmask16)0xffff : left <= 0 ? (__mmask16)0 : first(left);
    }

    __mmask32 among(int k) const {
        int left = form.width - k * DEPTH;
        return left >= DEPTH ? ~(__mmask32)0 : ((__mmask32)1 << left) - 1;
    }
};

// One head of one image.
struct Head {
    const Form& form;
    int head;
    long step;  // between tokens of the projections
    long start; // of its queries in them
    long outer; // between tokens of the result
    long place; // of the head in it

    Head(const Form& of, int item)
        : form(of), head(item % of.heads), step(3 * of.channels()),
          start(item / of.heads * of.tokens * step + (long)head * of.width), outer(of.channels()),
          place(item / of.heads * of.tokens * outer + (long)head * of.width) {}

    Rows queries(const bf16* qkv) const {
        return {form, qkv + start, step, form.scales == nullptr ? 1 : form.scales[head], form.turns()};
    }
    Rows keys(const bf16* qkv) const { return {form, qkv + start + form.channels(), step, 1, form.turns()}; }
    Rows values(const bf16* qkv) const { return {form, qkv + start + 2 * form.channels(), step, 1, false}; }
    Rows results(const bf16* y) const { return {form, y + place, outer, 1, false}; }
};

} // namespace

#endif
