#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>

#include "tgsession.h"

static int first_look(void)
{
{{ README.md 1 }}
    bool is_said = error == NULL; /* "not found" has no error */
    tgs_error_free(error);
    return is_said ? 0 : 1;
}

static int errors(void)
{
{{ bindings/c/README.md 1 }}
    return 0;
}

int main(void)
{
    return first_look() + errors();
}
