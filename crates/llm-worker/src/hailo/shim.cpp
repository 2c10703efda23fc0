// Our plain C interface (shim.h) over the vendor's C++ API for language
// models.
//
// Only raw prompts are written: the structured write changed its signature
// between releases, and the host has its own templates. The vendor's symbols
// stay undefined: the worker loads the library first, so that the shim is bound
// to no file of a release. It is bound to the release all the same: virtual
// functions are called by their place in a table, and structures are made here,
// so the worker takes it only for the major.minor version of the headers that it
// was compiled against. The vendor reports by value and throws only
// when a failed value is taken; still, every function here is a wall against
// exceptions, because the standard library may throw for want of memory.

#include "shim.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cmath>
#include <cstring>
#include <memory>
#include <new>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "hailo/genai/llm/llm.hpp"
#include "hailo/hailort.h"
#include "hailo/vdevice.hpp"

using hailort::MemoryView;
using hailort::VDevice;
using hailort::genai::LLM;
using hailort::genai::LLMGenerator;
using hailort::genai::LLMGeneratorCompletion;
using hailort::genai::LLMParams;

// Destroyed from the last member to the first, as the vendor wants it.
struct mynah_hailo {
    std::shared_ptr<VDevice> device;
    std::optional<LLM> model;
    std::optional<LLMGenerator> generator;
    std::optional<LLMGeneratorCompletion> completion;
    uint32_t max_tokens = 0;
    hailort::BufferPtr saved;
};

namespace {

template <typename Body>
int32_t guarded(Body body) noexcept {
    try {
        return static_cast<int32_t>(body());
    } catch (const std::bad_alloc &) {
        return HAILO_OUT_OF_HOST_MEMORY;
    } catch (...) {
        return HAILO_INTERNAL_FAILURE;
    }
}

// For calls that need a loaded model.
template <typename Body>
int32_t with_model(mynah_hailo *session, Body body) noexcept {
    if (session == nullptr || !session->model) {
        return HAILO_INVALID_OPERATION;
    }
    return guarded([&] { return body(*session->model); });
}

// The only device behind the session's virtual one.
hailort::Device *physical(mynah_hailo *session) {
    if (session == nullptr || !session->device) {
        return nullptr;
    }
    auto devices = session->device->get_physical_devices();
    if (!devices || devices->empty()) {
        return nullptr;
    }
    return &devices->front().get();
}

const char *architecture_name(hailo_device_architecture_t architecture) {
    switch (architecture) {
        case HAILO_ARCH_HAILO8:
            return "HAILO8";
        case HAILO_ARCH_HAILO8L:
            return "HAILO8L";
        case HAILO_ARCH_HAILO15H:
            return "HAILO15H";
        case HAILO_ARCH_HAILO10H:
            return "HAILO10H";
        default:
            return "unknown";
    }
}

// Asked for one after the other: a board may lack any of the sensors.
void fill_health(hailort::Device &device, mynah_hailo_health &health) {
    if (auto chip = device.get_chip_temperature()) {
        health.chip_c = std::max(chip->ts0_temperature, chip->ts1_temperature);
    }
    if (auto watts = device.power_measurement(HAILO_DVM_OPTIONS_AUTO,
                                              HAILO_POWER_MEASUREMENT_TYPES__POWER)) {
        health.power_w = *watts;
    }
    if (auto stats = device.query_performance_stats()) {
        if (stats->ram_size_total > 0 && stats->ram_size_used >= 0) {
            health.memory_percent = 100.0f * static_cast<float>(stats->ram_size_used) /
                                    static_cast<float>(stats->ram_size_total);
        }
    }
}

// The vendor calls back from a thread of its own. There is one device per
// process, and its callback may outlive the session.
std::atomic<int32_t> throttling{-1};

// The builder defines MYNAH_HAILO_THROTTLING when the headers know of this
// notification: since 5.2.
void watch_throttling([[maybe_unused]] hailort::Device &device) {
#ifdef MYNAH_HAILO_THROTTLING
    auto heard = [](hailort::Device &, const hailo_notification_t &notification, void *) {
        throttling = notification.body.throttling_state_change.new_state;
    };
    // A firmware that does not offer it leaves the value unknown.
    if (device.set_notification_callback(heard, HAILO_NOTIFICATION_ID_THROTTLING_STATE_CHANGE_EVENT,
                                         nullptr) == HAILO_SUCCESS) {
        throttling = 0;
    }
#endif
}

hailo_status new_generator(mynah_hailo &session, uint32_t max_tokens) {
    session.generator.reset();
    auto params = session.model->create_generator_params();
    if (!params) {
        return params.status();
    }
    // Exactly 1.0 switches the penalty off. It would count every token since
    // the context was cleared, and so spoil whatever must be repeated.
    const hailo_status statuses[] = {
        params->set_frequency_penalty(1.0f),
        params->set_do_sample(false),
        params->set_temperature(1.0f),
        params->set_max_generated_tokens(max_tokens),
    };
    for (const auto status : statuses) {
        if (status != HAILO_SUCCESS) {
            return status;
        }
    }
    auto generator = session.model->create_generator(*params);
    if (!generator) {
        return generator.status();
    }
    session.generator.emplace(generator.release());
    session.max_tokens = max_tokens;
    return HAILO_SUCCESS;
}

}  // namespace

extern "C" {

uint32_t mynah_hailo_abi(void) { return MYNAH_HAILO_ABI; }

// The builder defines the three numbers.
void mynah_hailo_made_for(uint32_t version[3]) {
    version[0] = MYNAH_HAILO_MAJOR;
    version[1] = MYNAH_HAILO_MINOR;
    version[2] = MYNAH_HAILO_REVISION;
}

const char *mynah_hailo_status_name(int32_t status) {
    const char *name = hailo_get_status_message(static_cast<hailo_status>(status));
    return name == nullptr ? "unknown status" : name;
}

int32_t mynah_hailo_open(const char *group_name, mynah_hailo **session) {
    return guarded([&] {
        hailo_vdevice_params_t params;
        const auto status = hailo_init_vdevice_params(&params);
        if (status != HAILO_SUCCESS) {
            return status;
        }
        params.group_id = group_name;
        auto device = VDevice::create_shared(params);
        if (!device) {
            return device.status();
        }
        auto opened = std::make_unique<mynah_hailo>();
        opened->device = device.release();
        if (auto *chip = physical(opened.get())) {
            watch_throttling(*chip);
        }
        *session = opened.release();
        return HAILO_SUCCESS;
    });
}

int32_t mynah_hailo_load(mynah_hailo *session, const char *file_name) {
    if (session == nullptr || session->model) {
        return HAILO_INVALID_OPERATION;
    }
    return guarded([&] {
        auto model = LLM::create(session->device, LLMParams(file_name));
        if (!model) {
            return model.status();
        }
        session->model.emplace(model.release());
        return HAILO_SUCCESS;
    });
}

void mynah_hailo_close(mynah_hailo *session) {
    (void)guarded([&] {
        if (session != nullptr) {
            session->completion.reset();
            session->generator.reset();
            session->model.reset();
            delete session;
        }
        return HAILO_SUCCESS;
    });
}

int32_t mynah_hailo_identify(mynah_hailo *session, mynah_hailo_identity *identity) {
    return guarded([&] {
        auto *device = physical(session);
        if (device == nullptr) {
            return HAILO_NOT_AVAILABLE;
        }
        auto known = device->identify();
        if (!known) {
            return known.status();
        }
        identity->firmware[0] = known->fw_version.major;
        identity->firmware[1] = known->fw_version.minor;
        identity->firmware[2] = known->fw_version.revision;
        std::memset(identity->architecture, 0, sizeof identity->architecture);
        std::strncpy(identity->architecture, architecture_name(known->device_architecture),
                     sizeof identity->architecture - 1);
        return HAILO_SUCCESS;
    });
}

int32_t mynah_hailo_health_now(mynah_hailo *session, mynah_hailo_health *health) {
    return guarded([&] {
        *health = {NAN, NAN, NAN, throttling.load()};
        auto *device = physical(session);
        if (device == nullptr) {
            return HAILO_NOT_AVAILABLE;
        }
        fill_health(*device, *health);
        return HAILO_SUCCESS;
    });
}

int32_t mynah_hailo_tokenize(mynah_hailo *session, const char *text, size_t length, int32_t *ids,
                             size_t room, size_t *count) {
    return with_model(session, [&](LLM &model) {
        auto tokens = model.tokenize(std::string(text, length));
        if (!tokens) {
            return tokens.status();
        }
        *count = tokens->size();
        std::copy_n(tokens->begin(), std::min(room, tokens->size()), ids);
        return HAILO_SUCCESS;
    });
}

int32_t mynah_hailo_usage(mynah_hailo *session, size_t *used, size_t *capacity) {
    return with_model(session, [&](LLM &model) {
        auto tokens = model.get_context_usage_size();
        if (!tokens) {
            return tokens.status();
        }
        auto most = model.max_context_capacity();
        if (!most) {
            return most.status();
        }
        *used = *tokens;
        *capacity = *most;
        return HAILO_SUCCESS;
    });
}

int32_t mynah_hailo_template(mynah_hailo *session, char *text, size_t room, size_t *length) {
    return with_model(session, [&](LLM &model) {
        auto jinja = model.prompt_template();
        if (!jinja) {
            return jinja.status();
        }
        if (jinja->size() > room) {
            return HAILO_INSUFFICIENT_BUFFER;
        }
        *length = jinja->size();
        std::copy(jinja->begin(), jinja->end(), text);
        return HAILO_SUCCESS;
    });
}

int32_t mynah_hailo_get_stops(mynah_hailo *session, char *texts, size_t room, size_t *length) {
    return with_model(session, [&](LLM &model) {
        auto stops = model.get_stop_tokens();
        if (!stops) {
            return stops.status();
        }
        std::string joined;
        for (const auto &stop : *stops) {
            joined.append(stop).push_back('\0');
        }
        if (joined.size() > room) {
            return HAILO_INSUFFICIENT_BUFFER;
        }
        *length = joined.size();
        std::copy(joined.begin(), joined.end(), texts);
        return HAILO_SUCCESS;
    });
}

int32_t mynah_hailo_set_stops(mynah_hailo *session, const char *texts, size_t length) {
    return with_model(session, [&](LLM &model) {
        std::vector<std::string> stops;
        for (size_t start = 0; start < length;) {
            const size_t size = strnlen(texts + start, length - start);
            stops.emplace_back(texts + start, size);
            start += size + 1;
        }
        return model.set_stop_tokens(stops);
    });
}

int32_t mynah_hailo_set_recovery(mynah_hailo *session, const char *text, size_t length) {
    return with_model(session, [&](LLM &model) {
        return model.set_generation_recovery_sequence(std::string(text, length));
    });
}

int32_t mynah_hailo_generate(mynah_hailo *session, const char *text, size_t length,
                             uint32_t max_tokens) {
    return with_model(session, [&](LLM &) {
        if (session->completion) {
            return HAILO_INVALID_OPERATION;
        }
        if (!session->generator || session->max_tokens != max_tokens) {
            const auto status = new_generator(*session, max_tokens);
            if (status != HAILO_SUCCESS) {
                return status;
            }
        }
        const auto status = session->generator->write(std::string(text, length));
        if (status != HAILO_SUCCESS) {
            return status;
        }
        auto completion = session->generator->generate();
        if (!completion) {
            // The generator may keep the text, and send it with the next.
            session->generator.reset();
            return completion.status();
        }
        if (max_tokens > 0) {
            session->completion.emplace(completion.release());
        }
        return HAILO_SUCCESS;
    });
}

int32_t mynah_hailo_read(mynah_hailo *session, char *text, size_t room, size_t *length,
                         int32_t *state, uint32_t timeout_ms) {
    return with_model(session, [&](LLM &) {
        if (!session->completion) {
            return HAILO_INVALID_OPERATION;
        }
        auto piece = session->completion->read(std::chrono::milliseconds(timeout_ms));
        if (!piece) {
            return piece.status();
        }
        if (piece->size() > room) {
            return HAILO_INSUFFICIENT_BUFFER;
        }
        *length = piece->size();
        std::copy(piece->begin(), piece->end(), text);
        *state = static_cast<int32_t>(session->completion->generation_status());
        return HAILO_SUCCESS;
    });
}

int32_t mynah_hailo_abort(mynah_hailo *session) {
    return with_model(session, [&](LLM &) {
        return session->completion ? session->completion->abort() : HAILO_SUCCESS;
    });
}

void mynah_hailo_finish(mynah_hailo *session) {
    (void)with_model(session, [&](LLM &) {
        session->completion.reset();
        return HAILO_SUCCESS;
    });
}

int32_t mynah_hailo_clear(mynah_hailo *session) {
    return with_model(session, [](LLM &model) { return model.clear_context(); });
}

int32_t mynah_hailo_save(mynah_hailo *session, size_t *length) {
    return with_model(session, [&](LLM &model) {
        // The old one first: two would be in memory otherwise.
        session->saved.reset();
        auto saved = model.save_context();
        if (!saved) {
            return saved.status();
        }
        session->saved = saved.release();
        *length = session->saved->size();
        return HAILO_SUCCESS;
    });
}

int32_t mynah_hailo_restore(mynah_hailo *session) {
    return with_model(session, [&](LLM &model) {
        if (!session->saved) {
            return HAILO_INVALID_OPERATION;
        }
        return model.load_context(MemoryView(*session->saved));
    });
}

}  // extern "C"
