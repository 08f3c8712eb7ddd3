// Norms and gates whose factors belong to a sample, forward and backward, each in one pass over memory.
//
// Sums over a sample's rows are taken in blocks of BLOCK rows, then over the blocks in order: whatever the number of threads
// and of samples.
#include "common.h"

#include <cmath>
#include <type_traits>

namespace {

constexpr int WIDEST = 8192; // numbers in a row; the Java side knows it
constexpr int BLOCK = 32;    // rows
constexpr int GROUP = 4;     // rows taken together

// Vectors of (N, D) in float32 or bfloat16: one for each sample, `step` elements apart.
struct Factors {
    Address at;
    int64_t step;
    bool narrow;

    // Sample i's as floats, with something added.
    void read(int64_t i, int width, float plus, float* to) const {
        typed(narrow, [=](auto* type) {
            using T = std::remove_pointer_t<decltype(type)>;
            const T* from = (const T*)at + i * step;
            for (int j = 0; j < width; j += LANES) {
                __mmask16 which = width - j < LANES ? first(width - j) : (__mmask16)-1;
                store(to + j, _mm512_add_ps(load(from + j, which), _mm512_set1_ps(plus)));
            }
        });
    }

    // Writes, or adds to, sample i's.
    void write(int64_t i, int width, const float* from, bool adds) const {
        typed(narrow, [=](auto* type) {
            using T = std::remove_pointer_t<decltype(type)>;
            T* to = (T*)at + i * step;
            for (int j = 0; j < width; j += LANES) {
                __mmask16 which = width - j < LANES ? first(width - j) : (__mmask16)-1;
                __m512 x = load(from + j, which);
                store(to + j, adds ? _mm512_add_ps(load(to + j, which), x) : x, which);
            }
        });
    }
};

// The mean of a row, and 1 / sqrt(variance + epsilon).
template <class X>
inline void moments(const X* x, int width, float epsilon, float& mean, float& inverse) {
    __m512 sums[GROUP] = {};
    int j = 0;
    for (; j + GROUP * LANES <= width; j += GROUP * LANES) {
        for (int k = 0; k < GROUP; k++) {
            sums[k] = _mm512_add_ps(sums[k], load(x + j + k * LANES));
        }
    }
    for (; j < width; j += LANES) {
        sums[0] = _mm512_add_ps(sums[0], load(x + j, width - j < LANES ? first(width - j) : (__mmask16)-1));
    }
    mean = _mm512_reduce_add_ps(_mm512_add_ps(_mm512_add_ps(sums[0], sums[1]), _mm512_add_ps(sums[2], sums[3]))) / width;
    const __m512 centre = _mm512_set1_ps(mean);
    __m512 squares[GROUP] = {};
    for (j = 0; j + GROUP * LANES <= width; j += GROUP * LANES) {
        for (int k = 0; k < GROUP; k++) {
            __m512 away = _mm512_sub_ps(load(x + j + k * LANES), centre);
            squares[k] = _mm512_fmadd_ps(away, away, squares[k]);
        }
    }
    for (; j < width; j += LANES) {
        __mmask16 which = width - j < LANES ? first(width - j) : (__mmask16)-1;
        __m512 away = _mm512_maskz_sub_ps(which, load(x + j, which), centre);
        squares[0] = _mm512_fmadd_ps(away, away, squares[0]);
    }
    float variance = _mm512_reduce_add_ps(_mm512_add_ps(_mm512_add_ps(squares[0], squares[1]),
                                                        _mm512_add_ps(squares[2], squares[3]))) /
                     width;
    inverse = 1.0f / std::sqrt(variance + epsilon);
}

// y = (x - mean) inverse (1 + scale) + shift, row by row.
template <class X, class Y>
void normForward(const X* x, Y* y, Factors scale, Factors shift, int64_t n, int64_t t, int width, float epsilon,
                 float* means, float* inverses) {
#pragma omp parallel
    {
        alignas(64) float factor[WIDEST];
        alignas(64) float offset[WIDEST];
        int64_t sample = -1;
#pragma omp for schedule(static)
        for (int64_t row = 0; row < n * t; row++) {
            if (row / t != sample) {
                sample = row / t;
                scale.read(sample, width, 1.0f, factor);
                shift.read(sample, width, 0.0f, offset);
            }
            const X* in = x + row * width;
            Y* out = y + row * width;
            float mean;
            float inverse;
            moments(in, width, epsilon, mean, inverse);
            means[row] = mean;
            inverses[row] = inverse;
            const __m512 centre = _mm512_set1_ps(mean);
            const __m512 stretch = _mm512_set1_ps(inverse);
            int j = 0;
            for (; j + LANES <= width; j += LANES) {
                __m512 unit = _mm512_mul_ps(_mm512_sub_ps(load(in + j), centre), stretch);
                store(out + j, _mm512_fmadd_ps(unit, load(factor + j), load(offset + j)));
            }
            if (j < width) {
                __mmask16 rest = first(width - j);
                __m512 unit = _mm512_mul_ps(_mm512_sub_ps(load(in + j, rest), centre), stretch);
                store(out + j, _mm512_fmadd_ps(unit, load(factor + j), load(offset + j)), rest);
            }
        }
    }
}

// Some rows' dx, and what they add to the sums that lead to scale and shift.
template <int ROWS, class X, class Y>
inline void normRows(const X* x, const Y* dy, X* dx, const float* factor, int width, const float* means,
                     const float* inverses, bool adds, float* dScale, float* dShift) {
    __m512 centre[ROWS];
    __m512 stretch[ROWS];
    __m512 ones[ROWS];  // sum of g = dy factor
    __m512 units[ROWS]; // sum of g xhat
    for (int r = 0; r < ROWS; r++) {
        centre[r] = _mm512_set1_ps(means[r]);
        stretch[r] = _mm512_set1_ps(inverses[r]);
        ones[r] = _mm512_setzero_ps();
        units[r] = _mm512_setzero_ps();
    }
    for (int j = 0; j < width; j += LANES) {
        __mmask16 which = width - j < LANES ? first(width - j) : (__mmask16)-1;
        __m512 times = load(factor + j);
        __m512 scales = load(dScale + j);
        __m512 shifts = load(dShift + j);
        for (int r = 0; r < ROWS; r++) {
            __m512 g = load(dy + (int64_t)r * width + j, which);
            __m512 away = _mm512_maskz_sub_ps(which, load(x + (int64_t)r * width + j, which), centre[r]);
            __m512 both = _mm512_mul_ps(g, _mm512_mul_ps(away, stretch[r]));
            shifts = _mm512_add_ps(shifts, g);
            scales = _mm512_add_ps(scales, both);
            ones[r] = _mm512_fmadd_ps(g, times, ones[r]);
            units[r] = _mm512_fmadd_ps(both, times, units[r]);
        }
        store(dScale + j, scales);
        store(dShift + j, shifts);
    }
    for (int r = 0; r < ROWS; r++) {
        const __m512 one = _mm512_set1_ps(_mm512_reduce_add_ps(ones[r]) / width);
        const __m512 unit = _mm512_set1_ps(_mm512_reduce_add_ps(units[r]) / width);
        const X* in = x + (int64_t)r * width;
        const Y* given = dy + (int64_t)r * width;
        X* out = dx + (int64_t)r * width;
        for (int j = 0; j < width; j += LANES) {
            __mmask16 which = width - j < LANES ? first(width - j) : (__mmask16)-1;
            __m512 xhat = _mm512_mul_ps(_mm512_sub_ps(load(in + j, which), centre[r]), stretch[r]);
            __m512 g = _mm512_fmsub_ps(load(given + j, which), load(factor + j), one);
            __m512 d = _mm512_mul_ps(_mm512_fnmadd_ps(xhat, unit, g), stretch[r]);
            store(out + j, adds ? _mm512_add_ps(load(out + j, which), d) : d, which);
        }
    }
}

// Sums over each sample's rows: a body adds those of rows [from, to) to `counts` vectors, `last` takes their sum.
template <class Body, class Last>
void summed(int64_t n, int64_t t, int width, int counts, float* partial, Body body, Last last) {
    const int64_t blocks = (t + BLOCK - 1) / BLOCK;
    const int64_t padded = (width + LANES - 1) / LANES * LANES;
#pragma omp parallel
    {
        alignas(64) float factor[WIDEST];
#pragma omp for schedule(static)
        for (int64_t i = 0; i < n * blocks; i++) {
            float* sums = partial + i * counts * padded;
            std::memset(sums, 0, sizeof(float) * counts * padded);
            int64_t from = i % blocks * BLOCK;
            body(i / blocks, from, from + BLOCK < t ? from + BLOCK : t, sums, factor);
        }
#pragma omp for schedule(static)
        for (int64_t i = 0; i < n; i++) {
            float* all = partial + i * blocks * counts * padded;
            for (int64_t b = 1; b < blocks; b++) {
                for (int64_t j = 0; j < counts * padded; j += LANES) {
                    store(all + j, _mm512_add_ps(load(all + j), load(all + b * counts * padded + j)));
                }
            }
            last(i, all, padded);
        }
    }
}

template <class X, class Y>
void normBackward(const X* x, const Y* dy, X* dx, Factors scale, int64_t n, int64_t t, int width, const float* means,
                  const float* inverses, bool adds, Factors dScale, Factors dShift, float* partial) {
    const int64_t padded = (width + LANES - 1) / LANES * LANES;
    summed(
        n, t, width, 2, partial,
        [=](int64_t sample, int64_t from, int64_t to, float* sums, float* factor) {
            scale.read(sample, width, 1.0f, factor);
            int64_t row = sample * t + from;
            int64_t end = sample * t + to;
            for (; row + GROUP <= end; row += GROUP) {
                normRows<GROUP>(x + row * width, dy + row * width, dx + row * width, factor, width, means + row,
                                inverses + row, adds, sums, sums + padded);
            }
            for (; row < end; row++) {
                normRows<1>(x + row * width, dy + row * width, dx + row * width, factor, width, means + row,
                            inverses + row, adds, sums, sums + padded);
            }
        },
        [=](int64_t sample, const float* sums, int64_t step) {
            if (dScale.at != 0) {
                dScale.write(sample, width, sums, false);
            }
            if (dShift.at != 0) {
                dShift.write(sample, width, sums + step, false);
            }
        });
}

// y = x + gate branch.
template <class X, class B, class Y>
void gateForward(const X* x, Factors gate, const B* branch, Y* y, int64_t n, int64_t t, int width) {
#pragma omp parallel
    {
        alignas(64) float factor[WIDEST];
        int64_t sample = -1;
#pragma omp for schedule(static)
        for (int64_t row = 0; row < n * t; row++) {
            if (row / t != sample) {
                sample = row / t;
                gate.read(sample, width, 0.0f, factor);
            }
            const int64_t at = row * width;
            for (int j = 0; j < width; j += LANES) {
                __mmask16 which = width - j < LANES ? first(width - j) : (__mmask16)-1;
                __m512 b = load(branch + at + j, which);
                store(y + at + j, _mm512_fmadd_ps(load(factor + j), b, load(x + at + j, which)), which);
            }
        }
    }
}

// dBranch = gate dy, and dGate the sum of dy branch over rows.
template <class Y, class B>
void gateBackward(const Y* dy, Factors gate, const B* branch, B* dBranch, int64_t n, int64_t t, int width, Factors dGate,
                  float* partial) {
    summed(
        n, t, width, 1, partial,
        [=](int64_t sample, int64_t from, int64_t to, float* sums, float* factor) {
            gate.read(sample, width, 0.0f, factor);
            for (int64_t row = sample * t + from; row < sample * t + to; row++) {
                const int64_t at = row * width;
                for (int j = 0; j < width; j += LANES) {
                    __mmask16 which = width - j < LANES ? first(width - j) : (__mmask16)-1;
                    __m512 g = load(dy + at + j, which);
                    __m512 b = load(branch + at + j, which);
                    store(sums + j, _mm512_fmadd_ps(g, b, load(sums + j)));
                    store(dBranch + at + j, _mm512_mul_ps(g, load(factor + j)), which);
                }
            }
        },
        [=](int64_t sample, const float* sums, int64_t) {
            if (dGate.at != 0) {
                dGate.write(sample, width, sums, false);
            }
        });
}

} // namespace

JAVA(void, CompiledNorms, norm, Address x, unsigned char narrowX, Address y, unsigned char narrowY, Address scale,
     int64_t scaleStep, Address shift, int64_t shiftStep, unsigned char narrowFactors, int64_t n, int64_t t, int width,
     float epsilon, Address means, Address inverses) {
    typed(narrowX, [=](auto* typeX) {
        typed(narrowY, [=](auto* typeY) {
            normForward((const std::remove_pointer_t<decltype(typeX)>*)x, (std::remove_pointer_t<decltype(typeY)>*)y,
                        Factors{scale, scaleStep, narrowFactors != 0}, Factors{shift, shiftStep, narrowFactors != 0}, n, t,
                        width, epsilon, (float*)means, (float*)inverses);
        });
    });
}

JAVA(void, CompiledNorms, normBackward, Address x, Address dx, unsigned char narrowX, unsigned char adds, Address dy,
     unsigned char narrowY, Address scale, int64_t scaleStep, unsigned char narrowFactors, int64_t n, int64_t t, int width,
     Address means, Address inverses, Address dScale, Address dShift, Address partial) {
    typed(narrowX, [=](auto* typeX) {
        typed(narrowY, [=](auto* typeY) {
            using X = std::remove_pointer_t<decltype(typeX)>;
            normBackward((const X*)x, (const std::remove_pointer_t<decltype(typeY)>*)dy, (X*)dx,
                         Factors{scale, scaleStep, narrowFactors != 0}, n, t, width, (const float*)means,
                         (const float*)inverses, adds != 0, Factors{dScale, width, narrowFactors != 0},
                         Factors{dShift, width, narrowFactors != 0}, (float*)partial);
        });
    });
}

JAVA(void, CompiledNorms, gate, Address x, unsigned char narrowX, Address gate, int64_t gateStep, unsigned char narrowGate,
     Address branch, unsigned char narrowBranch, Address y, int64_t n, int64_t t, int width) {
    typed(narrowX, [=](auto* typeX) {
        typed(narrowBranch, [=](auto* typeB) {
            using X = std::remove_pointer_t<decltype(typeX)>;
            using B = std::remove_pointer_t<decltype(typeB)>;
            using Y = std::conditional_t<sizeof(X) == sizeof(B), X, float>;
            gateForward((const X*)x, Factors{gate, gateStep, narrowGate != 0}, (const B*)branch, (Y*)y, n, t, width);
        });
    });
}

JAVA(void, CompiledNorms, gateBackward, Address dy, unsigned char narrowY, Address gate, int64_t gateStep,
     unsigned char narrowGate, Address branch, Address dBranch, unsigned char narrowBranch, int64_t n, int64_t t, int width,
     Address dGate, Address partial) {
    typed(narrowY, [=](auto* typeY) {
        typed(narrowBranch, [=](auto* typeB) {
            using Y = std::remove_pointer_t<decltype(typeY)>;
            using B = std::remove_pointer_t<decltype(typeB)>;
            gateBackward((const Y*)dy, Factors{gate, gateStep, narrowGate != 0}, (const B*)branch, (B*)dBranch, n, t, width,
                         Factors{dGate, width, narrowGate != 0}, (float*)partial);
        });
    });
}
