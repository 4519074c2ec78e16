/* Telegram sessions in Redis, for any program that uses tgsession: an engine of one's own, in C over hiredis. README.md
 * tells how a session stands there. */
#ifndef TGS_REDIS_H
#define TGS_REDIS_H

#include "tgsession.h"

#ifdef __cplusplus
extern "C" {
#endif

struct redis_place {
    const char *host;
    int port;
    int database;
    const char *password; /* NULL for none */
    const char *name;     /* the session's: any text that is not empty */
    unsigned wait_ms;     /* how long a call waits for a server that is away; 0 for the default, 5000 */
};

/* Fills the table for tgs_open_engine(). It connects with the first call. NULL, or what is wrong with the place. Where
 * tgs_open_engine() fails, the table is the caller's: engine.destroy(engine.context). */
const char *redis_engine(const struct redis_place *place, tgs_engine *engine);

/* The same in one call. `error` is the library's; NULL where it has none, for a place that is wrong. */
tgs_status redis_open(const struct redis_place *place, const tgs_options *options, tgs_session **session,
                      tgs_error **error);

#ifdef __cplusplus
}
#endif

#endif
