/* All that a plugin in C includes. */
#ifndef BASSO_PLUGIN_H
#define BASSO_PLUGIN_H

#include <basso/abi.h>
#include <basso/activation.h>
#include <basso/loops.h>
#include <basso/math.h>
#include <basso/math_special.h>
#include <basso/probe.h>
#include <basso/services.h>
#include <basso/target.h>

#endif
