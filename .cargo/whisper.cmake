# Read by whisper.cpp's build (.cargo/config.toml names it): the decoder works
# out what follows the last token of a batch, not what follows each.
#
# The text that is fed before an utterance has some hundred tokens, and the
# scores of 50,000 tokens after each of them, which nobody reads, cost as much
# as the encoder. whisper.cpp has the line that we want as a comment. Whoever
# calls it asks for the scores of the last token only, here as in Mynah.

if(NOT CMAKE_SOURCE_DIR STREQUAL PROJECT_SOURCE_DIR OR NOT PROJECT_NAME STREQUAL "whisper.cpp")
    return()
endif()

set(source "${PROJECT_SOURCE_DIR}/src/whisper.cpp")
file(READ "${source}" text)

# replace_once(BEFORE AFTER): the source is as expected, or is so already.
function(replace_once before after)
    string(FIND "${text}" "${before}" found)
    if(found EQUAL -1)
        string(FIND "${text}" "${after}" done)
        if(done EQUAL -1)
            message(FATAL_ERROR "whisper.cpp has changed: it has no `${before}`; see ${CMAKE_CURRENT_LIST_FILE}")
        endif()
        return()
    endif()
    string(REPLACE "${before}" "${after}" text "${text}")
    set(text "${text}" PARENT_SCOPE)
endfunction()

set(last "cur = ggml_view_2d(ctx0, cur, cur->ne[0], 1, cur->nb[1], (cur->ne[1] - 1)*cur->nb[1])")
replace_once("    //${last}" "    ${last}")
set(into "logits_out.data() + (n_vocab*i)")
replace_once(
    "${into}, sizeof(float)*(n_vocab*i), sizeof(float)*n_vocab"
    "${into}, 0, sizeof(float)*n_vocab")
file(WRITE "${source}" "${text}")
