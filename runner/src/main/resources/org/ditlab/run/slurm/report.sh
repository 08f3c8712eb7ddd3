#!/bin/bash
# Study @study@, submission @number@: writes the report when the jobs of job.sh have ended, well or not.
@directives@

class_path=$(< @classpath@)
@setup@report=(
  @report@
)
exec "${report[@]}"
