/* The header twice in one unit, and in two units of one program (check.c is the other one). */
#include "tgsession.h"
#include "tgsession.h"

#include "check.h"

int main(void)
{
    CHECK(tgs_abi_version() == TGS_ABI_VERSION);
    make_session(":memory:", "pyrogram");
    return finish();
}
