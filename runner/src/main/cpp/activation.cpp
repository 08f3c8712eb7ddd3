// Activations and their gradients, element by element, in one pass over memory.
#include "common.h"

#include <type_traits>

namespace {

constexpr int64_t CHUNK = 1 << 13;
constexpr int64_t ALONE = 1 << 14; // fewer elements are not worth a second thread

// 2^x: to about 1 unit in the last place for float, to 3e-6 for bfloat16; NaN for NaN.
template <class T>
inline __m512 powerOfTwo(__m512 x) {
    __m512 power = _mm512_roundscale_ps(x, 8);
    __m512 rest = _mm512_reduce_ps(x, 8); // x - power; 0 for infinities
    __m512 y;
    if constexpr (sizeof(T) == sizeof(bf16)) {
        y = _mm512_set1_ps(9.582812666e-3f);
        y = _mm512_fmadd_ps(y, rest, _mm512_set1_ps(5.590642519e-2f));
        y = _mm512_fmadd_ps(y, rest, _mm512_set1_ps(2.402409957e-1f));
        y = _mm512_fmadd_ps(y, rest, _mm512_set1_ps(6.931241937e-1f));
        y = _mm512_fmadd_ps(y, rest, _mm512_set1_ps(1.0f));
    } else {
        y = _mm512_set1_ps(1.535332788e-4f);
        y = _mm512_fmadd_ps(y, rest, _mm512_set1_ps(1.339887504e-3f));
        y = _mm512_fmadd_ps(y, rest, _mm512_set1_ps(9.618437499e-3f));
        y = _mm512_fmadd_ps(y, rest, _mm512_set1_ps(5.55033247e-2f));
        y = _mm512_fmadd_ps(y, rest, _mm512_set1_ps(2.402264791e-1f));
        y = _mm512_fmadd_ps(y, rest, _mm512_set1_ps(6.931472029e-1f));
        y = _mm512_fmadd_ps(y, rest, _mm512_set1_ps(1.0f));
    }
    return _mm512_scalef_ps(y, power);
}

// 1 / x for x of at least 1; for bfloat16 to 6e-5, an eighth of a rounding's half.
template <class T>
inline __m512 inverse(__m512 x) {
    if constexpr (sizeof(T) == sizeof(bf16)) {
        return _mm512_rcp14_ps(x);
    } else {
        return _mm512_div_ps(_mm512_set1_ps(1.0f), x);
    }
}

// Within the bounds; NaN stays.
inline __m512 within(__m512 x, float bound) {
    return _mm512_max_ps(_mm512_set1_ps(-bound), _mm512_min_ps(_mm512_set1_ps(bound), x));
}

// x sigmoid(w(x)), the form of both SiLU and the tanh form of GELU: 1 + tanh(u) = 2 sigmoid(2 u).
struct Silu {
    static constexpr float BOUND = 100.0f; // where the gradient is 0 or 1
    template <class T>
    static __m512 value(__m512 x) {
        __m512 power = powerOfTwo<T>(_mm512_mul_ps(x, _mm512_set1_ps(-LOG2_E)));
        return _mm512_mul_ps(x, inverse<T>(_mm512_add_ps(power, _mm512_set1_ps(1.0f))));
    }
    template <class T>
    static __m512 slope(__m512 x) {
        const __m512 one = _mm512_set1_ps(1.0f);
        x = within(x, BOUND);
        __m512 s = inverse<T>(_mm512_add_ps(powerOfTwo<T>(_mm512_mul_ps(x, _mm512_set1_ps(-LOG2_E))), one));
        return _mm512_mul_ps(s, _mm512_fmadd_ps(x, _mm512_sub_ps(one, s), one));
    }
};

struct GeluTanh {
    static constexpr float BOUND = 16.0f;
    static constexpr float LINEAR = 1.5957691216057308f; // 2 sqrt(2 / pi)
    static constexpr float CUBIC = 0.044715f * LINEAR;
    template <class T>
    static __m512 value(__m512 x) {
        __m512 inner =
            _mm512_fmadd_ps(_mm512_mul_ps(x, x), _mm512_set1_ps(-LOG2_E * CUBIC), _mm512_set1_ps(-LOG2_E * LINEAR));
        __m512 power = powerOfTwo<T>(_mm512_mul_ps(x, inner));
        return _mm512_mul_ps(x, inverse<T>(_mm512_add_ps(power, _mm512_set1_ps(1.0f))));
    }
    template <class T>
    static __m512 slope(__m512 x) {
        const __m512 one = _mm512_set1_ps(1.0f);
        x = within(x, BOUND);
        __m512 square = _mm512_mul_ps(x, x);
        __m512 inner = _mm512_fmadd_ps(square, _mm512_set1_ps(-LOG2_E * CUBIC), _mm512_set1_ps(-LOG2_E * LINEAR));
        __m512 s = inverse<T>(_mm512_add_ps(powerOfTwo<T>(_mm512_mul_ps(x, inner)), one));
        __m512 change = _mm512_fmadd_ps(square, _mm512_set1_ps(3 * CUBIC), _mm512_set1_ps(LINEAR));
        __m512 rest = _mm512_mul_ps(_mm512_mul_ps(x, change), _mm512_sub_ps(one, s));
        return _mm512_fmadd_ps(s, rest, s);
    }
};

// x Phi(x). Phi by Abramowitz and Stegun 7.1.26, to 1e-7.
struct GeluErf {
    static constexpr float BOUND = 16.0f;
    static constexpr float DENSITY = 0.3989422804014327f; // 1 / sqrt(2 pi)

    // exp(-x^2 / 2)
    template <class T>
    static __m512 bell(__m512 x) {
        return powerOfTwo<T>(_mm512_mul_ps(_mm512_mul_ps(x, x), _mm512_set1_ps(-0.5f * LOG2_E)));
    }
    template <class T>
    static __m512 probability(__m512 x, __m512 bell) {
        const __m512 one = _mm512_set1_ps(1.0f);
        // 0.3275911 / sqrt(2); the polynomial halved
        __m512 t = inverse<T>(_mm512_fmadd_ps(_mm512_abs_ps(x), _mm512_set1_ps(0.23164189f), one));
        __m512 tail = _mm512_set1_ps(0.5f * 1.061405429f);
        tail = _mm512_fmadd_ps(tail, t, _mm512_set1_ps(0.5f * -1.453152027f));
        tail = _mm512_fmadd_ps(tail, t, _mm512_set1_ps(0.5f * 1.421413741f));
        tail = _mm512_fmadd_ps(tail, t, _mm512_set1_ps(0.5f * -0.284496736f));
        tail = _mm512_fmadd_ps(tail, t, _mm512_set1_ps(0.5f * 0.254829592f));
        tail = _mm512_mul_ps(_mm512_mul_ps(tail, t), bell);
        __mmask16 positive = _mm512_cmp_ps_mask(x, _mm512_setzero_ps(), _CMP_GT_OQ);
        return _mm512_mask_sub_ps(tail, positive, one, tail);
    }
    template <class T>
    static __m512 value(__m512 x) {
        return _mm512_mul_ps(x, probability<T>(x, bell<T>(x)));
    }
    template <class T>
    static __m512 slope(__m512 x) {
        x = within(x, BOUND);
        __m512 e = bell<T>(x);
        return _mm512_fmadd_ps(_mm512_mul_ps(x, _mm512_set1_ps(DENSITY)), e, probability<T>(x, e));
    }
};

// Calls a body with first and count of each chunk.
template <class Body>
inline void chunks(int64_t count, Body body) {
    int64_t all = (count + CHUNK - 1) / CHUNK;
#pragma omp parallel for schedule(static) if (count > ALONE)
    for (int64_t i = 0; i < all; i++) {
        int64_t from = i * CHUNK;
        body(from, from + CHUNK < count ? CHUNK : count - from);
    }
}

template <class F, class T>
void forward(const T* x, T* y, int64_t count) {
    chunks(count, [=](int64_t from, int64_t length) {
        int64_t i = 0;
        for (; i + LANES <= length; i += LANES) {
            store(y + from + i, F::template value<T>(load(x + from + i)));
        }
        if (i < length) {
            __mmask16 rest = first((int)(length - i));
            store(y + from + i, F::template value<T>(load(x + from + i, rest)), rest);
        }
    });
}

template <class F, class T>
void backward(const T* x, const T* dy, T* dx, int64_t count) {
    chunks(count, [=](int64_t from, int64_t length) {
        int64_t i = 0;
        for (; i + LANES <= length; i += LANES) {
            __m512 slope = F::template slope<T>(load(x + from + i));
            store(dx + from + i, _mm512_mul_ps(load(dy + from + i), slope));
        }
        if (i < length) {
            __mmask16 rest = first((int)(length - i));
            __m512 slope = F::template slope<T>(load(x + from + i, rest));
            store(dx + from + i, _mm512_mul_ps(load(dy + from + i, rest), slope), rest);
        }
    });
}

// Calls a body with the function of a number: CompiledActivations.Function's.
template <class Body>
inline void chosen(int function, Body body) {
    if (function == 0) {
        body(GeluTanh());
    } else if (function == 1) {
        body(GeluErf());
    } else {
        body(Silu());
    }
}

} // namespace

JAVA(void, CompiledActivations, forward, int function, Address x, Address y, int64_t count, unsigned char isNarrow) {
    typed(isNarrow, [=](auto* type) {
        using T = std::remove_pointer_t<decltype(type)>;
        chosen(function, [=](auto f) { forward<decltype(f)>((const T*)x, (T*)y, count); });
    });
}

JAVA(void, CompiledActivations, backward, int function, Address x, Address dy, Address dx, int64_t count,
     unsigned char isNarrow) {
    typed(isNarrow, [=](auto* type) {
        using T = std::remove_pointer_t<decltype(type)>;
        chosen(function, [=](auto f) { backward<decltype(f)>((const T*)x, (const T*)dy, (T*)dx, count); });
    });
}
