// What all kernels share: element types, vectors of 16 floats, the way they are named for Java.
//
// Kernels are compiled on the machine that runs them, for its processor (AVX-512 at least), by CompiledKernels. They run on
// OpenMP's threads, those of libtorch and oneDNN. A kernel's work is divided the same way whatever the moment, so that
// results depend on the number of threads at most. Memory belongs to the caller, but for what a thread packs operands in
// (Packed, kept until the thread ends); nothing throws.
#pragma once

#include <cstdint>
#include <cstring>
#include <immintrin.h>
#include <omp.h>

// A method of a class of org.ditlab.backend.libtorch; the first two parameters are Java's own.
#define JAVA(type, owner, name, ...)                                                                                   \
    extern "C" __attribute__((visibility("default"))) type Java_org_ditlab_backend_libtorch_##owner##_##name(          \
        void*, void* __VA_OPT__(, ) __VA_ARGS__)

using Address = int64_t;

// The upper half of a float, rounded to nearest even.
struct bf16 {
    uint16_t bits;
};

constexpr int LANES = 16;
constexpr float LOG2_E = 1.44269504089f;

static inline __mmask16 first(int count) { return (__mmask16)((1u << count) - 1); }

static inline __m512 widen(__m256i narrow) {
    return _mm512_castsi512_ps(_mm512_slli_epi32(_mm512_cvtepu16_epi32(narrow), 16));
}

static inline __m256i narrow(__m512 wide) {
#ifdef __AVX512BF16__
    return (__m256i)_mm512_cvtneps_pbh(wide);
#else
    __m512i bits = _mm512_castps_si512(wide);
    __m512i odd = _mm512_and_si512(_mm512_srli_epi32(bits, 16), _mm512_set1_epi32(1));
    __m512i rounded = _mm512_add_epi32(_mm512_add_epi32(bits, _mm512_set1_epi32(0x7fff)), odd);
    __mmask16 nan = _mm512_cmp_ps_mask(wide, wide, _CMP_UNORD_Q);
    rounded = _mm512_mask_mov_epi32(rounded, nan, _mm512_set1_epi32(0x7fc00000));
    return _mm512_cvtepi32_epi16(_mm512_srli_epi32(rounded, 16));
#endif
}

static inline __m512 load(const float* from) { return _mm512_loadu_ps(from); }
static inline __m512 load(const bf16* from) { return widen(_mm256_loadu_si256((const __m256i*)from)); }
static inline __m512 load(const float* from, __mmask16 which) { return _mm512_maskz_loadu_ps(which, from); }
static inline __m512 load(const bf16* from, __mmask16 which) {
    return widen(_mm256_maskz_loadu_epi16(which, from));
}

static inline void store(float* to, __m512 x) { _mm512_storeu_ps(to, x); }
static inline void store(bf16* to, __m512 x) { _mm256_storeu_si256((__m256i*)to, narrow(x)); }
static inline void store(float* to, __m512 x, __mmask16 which) { _mm512_mask_storeu_ps(to, which, x); }
static inline void store(bf16* to, __m512 x, __mmask16 which) { _mm256_mask_storeu_epi16(to, which, narrow(x)); }

// Calls a body with a null pointer of the element type that a flag of the caller names.
template <class Body>
static inline void typed(bool isNarrow, Body body) {
    if (isNarrow) {
        body((bf16*)nullptr);
    } else {
        body((float*)nullptr);
    }
}
