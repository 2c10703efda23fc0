// The border between the worker and the accelerator's library: a plain C
// interface of our own, so that no C++ type, no exception and no struct
// packing of the vendor's crosses into Rust.
//
// Two libraries offer it: the shim (shim.cpp) over the vendor's C++ API, and
// the stand-in of the tests. load.rs declares the same functions for Rust;
// whoever changes one changes all and counts MYNAH_HAILO_ABI up.
//
// Every function that returns `int32_t` returns the vendor's status, 0 for
// success. A session is used by one thread at a time. Texts are UTF-8 with
// their length in bytes and need no terminating zero, unless called a name.

#ifndef MYNAH_HAILO_SHIM_H
#define MYNAH_HAILO_SHIM_H

#include <stddef.h>
#include <stdint.h>

#define MYNAH_HAILO_ABI 3

#ifdef __cplusplus
extern "C" {
#endif

// A device with at most one model.
typedef struct mynah_hailo mynah_hailo;

// How a generation stands after a read.
enum mynah_hailo_state {
    MYNAH_HAILO_GENERATING = 0,
    MYNAH_HAILO_MAX_TOKENS = 1,
    MYNAH_HAILO_END_OF_TURN = 2,
    MYNAH_HAILO_ABORTED = 3,
};

// What the device says it is.
typedef struct {
    uint32_t firmware[3];
    char architecture[32];  // a name, zero-terminated
} mynah_hailo_identity;

// How it is. A value it does not give is NaN, or -1.
typedef struct {
    float chip_c;          // the hottest sensor, degrees Celsius
    float power_w;         // watts
    float memory_percent;  // of the device's own memory, in use
    int32_t throttling;    // 0 none to 6 shut off by heat
} mynah_hailo_health;

// MYNAH_HAILO_ABI of the library.
uint32_t mynah_hailo_abi(void);

// The version of the vendor's headers that the library was compiled against:
// major, minor, revision.
void mynah_hailo_made_for(uint32_t version[3]);

// The vendor's name of a status; a static text, zero-terminated.
const char *mynah_hailo_status_name(int32_t status);

// Opens the device; processes with the same group name may share it.
int32_t mynah_hailo_open(const char *group_name, mynah_hailo **session);

// Loads a model file; once per session. Blocks for seconds.
int32_t mynah_hailo_load(mynah_hailo *session, const char *file_name);

// Ends everything, in the order the vendor wants. Accepts null.
void mynah_hailo_close(mynah_hailo *session);

int32_t mynah_hailo_identify(mynah_hailo *session, mynah_hailo_identity *identity);
int32_t mynah_hailo_health_now(mynah_hailo *session, mynah_hailo_health *health);

// Tokens of a text by the model's own tokenizer. Writes at most `room` ids;
// `count` is how many there are.
int32_t mynah_hailo_tokenize(mynah_hailo *session, const char *text, size_t length,
                             int32_t *ids, size_t room, size_t *count);

// Tokens in the context, and how many it can hold.
int32_t mynah_hailo_usage(mynah_hailo *session, size_t *used, size_t *capacity);

// The chat template of the model file, in Jinja. NOT_AVAILABLE (65): it has none.
int32_t mynah_hailo_template(mynah_hailo *session, char *text, size_t room, size_t *length);

// The texts that end a generation, each followed by a zero byte.
int32_t mynah_hailo_get_stops(mynah_hailo *session, char *texts, size_t room, size_t *length);
int32_t mynah_hailo_set_stops(mynah_hailo *session, const char *texts, size_t length);

// What the device adds after a generation that was cut off.
int32_t mynah_hailo_set_recovery(mynah_hailo *session, const char *text, size_t length);

// Appends raw text to the context and starts to generate, greedily and
// without a repetition penalty. With `max_tokens` 0 (5.2 and later) it
// returns when the text is evaluated, and nothing may be read.
int32_t mynah_hailo_generate(mynah_hailo *session, const char *text, size_t length,
                             uint32_t max_tokens);

// Waits for the next piece. One longer than `room` is an error.
int32_t mynah_hailo_read(mynah_hailo *session, char *text, size_t room, size_t *length,
                         int32_t *state, uint32_t timeout_ms);

// Ends the generation early; waits for the step that is running.
int32_t mynah_hailo_abort(mynah_hailo *session);

// Forgets the generation, ended or not. Must come before the next.
void mynah_hailo_finish(mynah_hailo *session);

int32_t mynah_hailo_clear(mynah_hailo *session);

// Copies the context into the session; `length` is its size in bytes.
int32_t mynah_hailo_save(mynah_hailo *session, size_t *length);

// Puts the saved context back.
int32_t mynah_hailo_restore(mynah_hailo *session);

#ifdef __cplusplus
}
#endif

#endif
