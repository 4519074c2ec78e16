/* unwind: an engine's function, which Rust calls, walks the stack back to main. A panic takes the same way, and aborts the
 * program where the tables for it were lost. */
#include <stdio.h>
#include <unwind.h>

#include <tgsession.h>

int main(void);

struct walk {
    int frames;
    bool reached_main;
};

static _Unwind_Reason_Code step(struct _Unwind_Context *context, void *data)
{
    struct walk *walk = data;
    walk->frames++;
    walk->reached_main |= _Unwind_FindEnclosingFunction((void *)_Unwind_GetIP(context)) == (void *)main;
    return _URC_NO_REASON;
}

static int32_t get_session_data(void *context, tgs_answer *answer)
{
    (void)answer;
    *(struct walk *)context = (struct walk){0};
    _Unwind_Backtrace(step, context);
    return 0;
}

/* The others are not called. */
static int32_t set_session_data(void *context, const tgs_session_data *data, uint32_t which, tgs_answer *answer)
{
    return context && data && which && answer ? 0 : 1;
}

#define NOT_CALLED(NAME, TYPE)                                                              \
    static int32_t NAME(void *context, TYPE of, size_t count, tgs_answer *answer)           \
    {                                                                                       \
        return context && of && count && answer ? 0 : 1;                                    \
    }
NOT_CALLED(put_peers, const tgs_peer *)
NOT_CALLED(get_peers, const int64_t *)
NOT_CALLED(set_states, const tgs_update_state *)
NOT_CALLED(cache_files, const tgs_sent_file *)

static int32_t delete_state(void *context, int64_t id, tgs_answer *answer) { return context && id && answer ? 0 : 1; }
static int32_t get_none(void *context, tgs_answer *answer) { return context && answer ? 0 : 1; }

int main(void)
{
    struct walk walk = {0};
    const tgs_engine engine = {
        .size = sizeof engine, .version = TGS_ENGINE_VERSION, .context = &walk, .location = "engine",
        .get_session_data = get_session_data, .set_session_data = set_session_data, .put_peers = put_peers,
        .get_peers = get_peers, .get_update_states = get_none, .set_update_states = set_states,
        .delete_update_state = delete_state, .get_sent_files = get_none, .cache_sent_files = cache_files,
    };
    tgs_session *session = NULL;
    tgs_error *error = NULL;
    int32_t dc_id;
    if (tgs_open_engine(&engine, NULL, &session, &error) == TGS_OK)
        tgs_get_dc_id(session, &dc_id, &error);
    tgs_close(session);
    if (!walk.reached_main)
        fprintf(stderr, "%d frames, and no main: %s\n", walk.frames, error ? tgs_error_message(error) : "no error");
    tgs_error_free(error);
    return walk.reached_main ? 0 : 1;
}
