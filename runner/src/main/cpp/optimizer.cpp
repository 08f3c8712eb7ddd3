// AdamW, the averages that follow the weights and the weights' copies in bfloat16, in one pass over memory; and the sum of
// the gradients' squares. All parameters are one row of elements, cut into equal blocks for the threads, however large each
// parameter is.
#include "common.h"

namespace {

// One parameter, as Java writes it into the table; followed by the address of each of its averages.
struct Parameter {
    int64_t count;
    float* weight;
    const float* gradient; // null where there is none: the averages move all the same
    float* first;
    float* second;
    bf16* copy; // null where none is wanted
};

constexpr int FIELDS = sizeof(Parameter) / sizeof(int64_t);
constexpr int64_t BLOCK = 1 << 14;

struct Table {
    const int64_t* words;
    int64_t parameters;
    int64_t averages;

    int64_t width() const { return FIELDS + averages; }
    const Parameter& row(int64_t i) const { return *(const Parameter*)(words + i * width()); }
    float* average(int64_t i, int64_t which) const { return (float*)words[i * width() + FIELDS + which]; }

    int64_t blocks() const {
        int64_t sum = 0;
        for (int64_t i = 0; i < parameters; i++) {
            sum += (row(i).count + BLOCK - 1) / BLOCK;
        }
        return sum;
    }
};

// Goes through the blocks [from, to) of a table: body(parameter, first element, number of elements, block).
template <class Body>
void walk(const Table& table, int64_t from, int64_t to, Body body) {
    int64_t block = 0;
    for (int64_t i = 0; i < table.parameters && block < to; i++) {
        int64_t count = table.row(i).count;
        for (int64_t first = 0; first < count; first += BLOCK, block++) {
            if (block >= from && block < to) {
                body(i, first, count - first < BLOCK ? count - first : BLOCK, block);
            }
        }
    }
}

// Nearest even, as libtorch casts: the processor's own instruction takes the least numbers for zero.
inline void cast(bf16* to, __m512 x, __mmask16 which) {
    __m512i bits = _mm512_castps_si512(x);
    __m512i odd = _mm512_and_si512(_mm512_srli_epi32(bits, 16), _mm512_set1_epi32(1));
    __m512i rounded = _mm512_add_epi32(_mm512_add_epi32(bits, _mm512_set1_epi32(0x7fff)), odd);
    rounded = _mm512_mask_mov_epi32(
        _mm512_srli_epi32(rounded, 16), _mm512_cmp_ps_mask(x, x, _CMP_UNORD_Q), _mm512_set1_epi32(0x7fc0));
    _mm256_mask_storeu_epi16(to, which, _mm512_cvtepi32_epi16(rounded));
}

// from + weight (to - from), as libtorch computes it: from whichever end is nearer.
struct Mix {
    __m512 part;
    bool near;

    explicit Mix(double weight) : part(_mm512_set1_ps((float)(weight < 0.5 ? weight : weight - 1))), near(weight < 0.5) {}

    __m512 operator()(__m512 from, __m512 to) const {
        return _mm512_fmadd_ps(part, _mm512_sub_ps(to, from), near ? from : to);
    }
};

inline __m512d widened(__mmask8 which, const float* from) {
    return _mm512_maskz_cvtps_pd(which, _mm256_maskz_loadu_ps(which, from));
}

} // namespace

// constants: beta1, beta2, epsilon, 1 - rate * decay, rate / correction1, sqrt(correction2); then each average's decay.
JAVA(void, CompiledOptimizer, adamW, Address words, int64_t parameters, int64_t averages, Address numbers) {
    const Table table{(const int64_t*)words, parameters, averages};
    const double* constants = (const double*)numbers;
    const int64_t blocks = table.blocks();
#pragma omp parallel
    {
        const Mix toGradient(1 - constants[0]);
        const __m512 keep = _mm512_set1_ps((float)constants[1]);
        const __m512 take = _mm512_set1_ps((float)(1 - constants[1]));
        const __m512 epsilon = _mm512_set1_ps((float)constants[2]);
        const __m512 decayed = _mm512_set1_ps((float)constants[3]);
        const __m512 step = _mm512_set1_ps((float)-constants[4]);
        const __m512 root = _mm512_set1_ps((float)constants[5]);
        const int64_t threads = omp_get_num_threads();
        const int64_t thread = omp_get_thread_num();
        walk(table, blocks * thread / threads, blocks * (thread + 1) / threads,
             [&](int64_t i, int64_t start, int64_t count, int64_t) {
                 const Parameter& row = table.row(i);
                 for (int64_t at = start; at < start + count; at += LANES) {
                     const int64_t left = start + count - at;
                     const __mmask16 which = left < LANES ? first((int)left) : (__mmask16)0xffff;
                     __m512 weight = load(row.weight + at, which);
                     if (row.gradient) {
                         const __m512 gradient = load(row.gradient + at, which);
                         const __m512 m = toGradient(load(row.first + at, which), gradient);
                         const __m512 square = _mm512_mul_ps(_mm512_mul_ps(take, gradient), gradient);
                         const __m512 v = _mm512_fmadd_ps(keep, load(row.second + at, which), square);
                         const __m512 below = _mm512_add_ps(_mm512_div_ps(_mm512_sqrt_ps(v), root), epsilon);
                         weight = _mm512_mul_ps(weight, decayed);
                         weight = _mm512_add_ps(weight, _mm512_div_ps(_mm512_mul_ps(step, m), below));
                         store(row.first + at, m, which);
                         store(row.second + at, v, which);
                         store(row.weight + at, weight, which);
                     }
                     if (row.copy) {
                         cast(row.copy + at, weight, which);
                     }
                     for (int64_t a = 0; a < averages; a++) {
                         float* average = table.average(i, a) + at;
                         const Mix toWeight(1 - constants[6 + a]);
                         store(average, toWeight(load(average, which), weight), which);
                     }
                 }
             });
    }
}

// How many sums of squares there are.
JAVA(int64_t, CompiledOptimizer, blocks, Address words, int64_t parameters) {
    return Table{(const int64_t*)words, parameters, 0}.blocks();
}

// The sum of the squares of all gradients, in double, so that no square is too large; a block's sum is kept in between, so
// that the result is the same for any number of threads.
JAVA(double, CompiledOptimizer, squares, Address words, int64_t parameters, Address scratch) {
    const Table table{(const int64_t*)words, parameters, 0};
    double* sums = (double*)scratch;
    const int64_t blocks = table.blocks();
#pragma omp parallel
    {
        const int64_t threads = omp_get_num_threads();
        const int64_t thread = omp_get_thread_num();
        walk(table, blocks * thread / threads, blocks * (thread + 1) / threads,
             [&](int64_t i, int64_t start, int64_t count, int64_t block) {
                 const float* gradient = table.row(i).gradient;
                 __m512d low = _mm512_setzero_pd();
                 __m512d high = _mm512_setzero_pd();
                 for (int64_t at = start; gradient && at < start + count; at += LANES) {
                     const int64_t left = start + count - at;
                     const __mmask16 which = left < LANES ? first((int)left) : (__mmask16)0xffff;
                     const __m512d lower = widened((__mmask8)which, gradient + at);
                     const __m512d upper = widened((__mmask8)(which >> 8), gradient + at + LANES / 2);
                     low = _mm512_fmadd_pd(lower, lower, low);
                     high = _mm512_fmadd_pd(upper, upper, high);
                 }
                 double parts[LANES / 2];
                 _mm512_storeu_pd(parts, _mm512_add_pd(low, high));
                 sums[block] = 0;
                 for (double part : parts) {
                     sums[block] += part;
                 }
             });
    }
    double sum = 0;
    for (int64_t i = 0; i < blocks; i++) {
        sum += sums[i];
    }
    return sum;
}
