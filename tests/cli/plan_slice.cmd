# Another slice of the driver's saves a GPU, and stands in the scenario that is written.
vgpusim plan plan_slice.yaml -q --write-scenario won.yaml; echo $?
grep -E 'slice|count' won.yaml
vgpusim run won.yaml --format csv | grep objective_met
vgpusim plan plan_slice.yaml --format json | grep slice_ns
